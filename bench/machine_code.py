#!/usr/bin/env python3
"""What NVIDIA's assembler makes of the training kernels: registers, spills, and machine instructions of a step.

    dotnet run -c Release --project bench/ParityGpu.Bench -- ptx FOLDER
    bench/machine_code.py FOLDER

needs ptxas and nvdisasm of the CUDA toolkit, but no GPU. Every instruction of the machine code is attributed to its line of
PTX and counted as often as the PTX machine executes that line. The assembler copies loops; the copies of a block share its
executions equally. How many copies there are is read from those PTX instructions of the block that become one machine
instruction each. So the registers and spills are facts, the instructions an estimate.
"""

import argparse
import collections
import pathlib
import re
import statistics
import subprocess
import tempfile

# What an instruction of PTX becomes, if it becomes one of the machine's.
SINGLE = {
    "fma.rn.f32": "FFMA",
    "add.rn.f32": "FADD",
    "mul.rn.f32": "FMUL",
    "ld.global": "LDG",
    "ld.shared": "LDS",
    "st.global": "STG",
    "st.shared": "STS",
    "setp.gt.f32": "FSETP",
    "setp.lt.f32": "FSETP",
    "setp": "ISETP",
    "bra": "BRA",
}


def read_counts(file):
    """{line: (executions, instruction)}"""
    rows = (row.split("\t", 2) for row in file.read_text().splitlines())
    return {int(line): (float(executions), text) for line, executions, text in rows}


def with_locations(lines, counts, arch, version):
    """The PTX with a line number before each instruction."""
    for number, line in enumerate(lines, 1):
        if line.startswith(".version"):
            line = f".version {version}"
        elif line.startswith(".target"):
            line = f".target {arch}"
        elif line.startswith(".address_size"):
            line += '\n.file 1 "kernel.ptx"'
        if number in counts:
            yield f".loc 1 {number} 0"
        yield line


def machine_code(lines, counts, options):
    """What ptxas says, and (PTX line, operation) of every instruction."""
    with tempfile.TemporaryDirectory() as folder:
        source, binary = pathlib.Path(folder, "kernel.ptx"), pathlib.Path(folder, "kernel.cubin")
        source.write_text("\n".join(with_locations(lines, counts, options.arch, options.ptx_version)))
        command = [options.ptxas, "-v", f"-arch={options.arch}", "-O3", "--generate-line-info", source, "-o", binary]
        report = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        listing = subprocess.run([options.nvdisasm, "-g", "-c", binary], check=True, capture_output=True, text=True).stdout
    instructions, line = [], None
    for row in listing.splitlines():
        if location := re.match(r'\s*//## File "kernel.ptx", line (\d+)', row):
            line = int(location[1])
        elif instruction := re.match(r"\s+/\*[0-9a-f]{4,5}\*/\s+(?:@!?U?P\w+\s+)?(\w+)", row):
            if instruction[1] != "NOP":
                instructions.append((line, instruction[1]))
    return report, instructions


def blocks_of(lines, counts):
    """{line: number of its basic block}"""
    blocks, block, last = {}, 0, None
    for line in sorted(counts):
        if last is not None and (
            counts[line][0] != counts[last][0]
            or re.search(r"\bbra\b", counts[last][1])
            or any(re.match(r"\s*L_\d+:", lines[between - 1]) for between in range(last + 1, line))
        ):
            block += 1
        blocks[line], last = block, line
    return blocks


def single(text):
    """The one machine operation that a PTX instruction becomes, or None."""
    text = re.sub(r"^@!?%p\d+\s+", "", text)
    return next((operation for start, operation in SINGLE.items() if text.startswith(start)), None)


def copies_of(instructions, counts, blocks):
    """{block: copies of it in the machine code}"""
    found = collections.defaultdict(collections.Counter)
    for line, operation in instructions:
        found[line][operation] += 1
    certain, others = collections.defaultdict(list), collections.defaultdict(list)
    for line, operations in found.items():
        if line in counts:
            number = operations[single(counts[line][1])]
            (certain if number else others)[blocks[line]].append(number or min(operations.values()))
    return {block: statistics.median(certain[block]) if certain[block] else min(others[block]) for block in certain.keys() | others.keys()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--arch", default="sm_90")
    parser.add_argument("--ptxas", default="ptxas")
    parser.add_argument("--nvdisasm", default="nvdisasm")
    parser.add_argument("--ptx-version", default="7.8", help="PTX version that the assembler knows")
    options = parser.parse_args()
    print(f"{'a step of one network, ' + options.arch:<32}{'registers':>10}{'spilled bytes':>15}{'PTX':>10}{'machine':>10}{'of these, spills':>18}")
    for file in sorted(options.folder.glob("*.ptx")):
        counts = read_counts(file.with_suffix(".tsv"))
        lines = file.read_text().splitlines()
        report, instructions = machine_code(lines, counts, options)
        blocks = blocks_of(lines, counts)
        copies = copies_of(instructions, counts, blocks)
        executed = collections.Counter()
        for line, operation in instructions:
            if line in counts:
                executed[operation] += counts[line][0] / copies[blocks[line]]
        registers = re.search(r"Used (\d+) registers", report)[1]
        spilled = re.search(r"(\d+) bytes spill stores", report)[1]
        ptx = sum(executions for executions, _ in counts.values())
        print(
            f"{file.stem:<32}{registers:>10}{spilled:>15}{ptx:>10,.0f}{sum(executed.values()):>10,.0f}"
            f"{executed['LDL'] + executed['STL']:>18,.0f}"
        )


if __name__ == "__main__":
    main()
