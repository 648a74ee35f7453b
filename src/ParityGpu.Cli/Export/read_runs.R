# Prints the median convergence time by width of runs that 'parity export' wrote as CSV.
runs <- read.csv(commandArgs(trailingOnly = TRUE)[1])
runs$time <- ifelse(runs$outcome == "solved", runs$steps, Inf)  # an unsolved run is infinitely late
print(aggregate(time ~ width, runs, median), row.names = FALSE)
