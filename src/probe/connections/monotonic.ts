/** CLOCK_MONOTONIC in milliseconds: the clock of the kernel's events, and so of everything about connections. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6
