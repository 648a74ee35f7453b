# Prints the median convergence time by width of runs that 'parity export' wrote as CSV.

# Of the product-limit estimate, as 'parity summary' has it: a run that ran out of budget or is in flight is censored at its steps.
median_time <- function(runs) {
  runs <- runs[order(runs$time, runs$outcome != "solved"), ]
  n <- nrow(runs)
  solved <- n * (1 - cumprod(1 - (runs$outcome == "solved") / n:1))  # by each time, estimated
  mean(sapply(c((n + 1) %/% 2, n %/% 2 + 1), function(rank) c(runs$time[solved > rank - 0.001], Inf)[1]))
}

runs <- read.csv(commandArgs(trailingOnly = TRUE)[1])
runs$time <- ifelse(runs$outcome == "diverged", Inf, runs$steps)  # a diverged run is infinitely late
time <- sapply(split(runs, runs$width), median_time)
print(data.frame(width = names(time), time = time), row.names = FALSE)
