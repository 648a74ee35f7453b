# Of exported runs at two learning rates: signed-rank p-value, Kendall's tau, ratio of medians and its paired bootstrap interval.
runs <- read.csv(commandArgs(trailingOnly = TRUE)[1])
pairs <- merge(runs[runs$lr == min(runs$lr), c("seed", "steps")], runs[runs$lr == max(runs$lr), c("seed", "steps")], by = "seed")
a <- pairs$steps.x
b <- pairs$steps.y
p <- wilcox.test(log(b), log(a), paired = TRUE, exact = FALSE, correct = FALSE)$p.value
set.seed(1)
ratios <- replicate(10000, { s <- sample.int(length(a), replace = TRUE); median(b[s]) / median(a[s]) })
cat(format(c(p, cor(a, b, method = "kendall"), median(b) / median(a), quantile(ratios, c(0.025, 0.975))), digits = 15))
