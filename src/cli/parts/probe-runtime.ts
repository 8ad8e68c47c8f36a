/**
 * Node options of every process that stays. By default SIGUSR1, which many a script sends to a server to have it reopen its
 * logs, opens a debugger on 127.0.0.1:9229. It asks nobody for a password, so each user of the machine could run code as root.
 * `gc` is exposed because channels use it (`src/channel/collect-young.ts`). The young generation
 * grows to a quarter of what V8 allows: with 25 hosts an app then takes 100 of 490 MB less, at the same CPU use.
 */
export const nodeOptions: readonly string[] = ['--disable-sigusr1', '--expose-gc', '--max-semi-space-size=16']

/**
 * {@link nodeOptions}, and what keeps the heap of an app from growing to several times of what it holds before V8 collects it: each report
 * lives for seconds, so what it replaces is garbage among old objects. By default V8 lets these grow the more the more quickly they come.
 */
export const appNodeOptions: readonly string[] = [...nodeOptions, '--heap-growing-percent=50']

/**
 * {@link nodeOptions}, and those that keep probe and supervisor small. By default V8 prefers growing the heap over collecting it, and
 * keeps threads to collect quickly. With 10,000 connections these options halve the memory at the same CPU use. A young
 * generation below 2 MB, from which V8 would start, would promote objects that live only a second.
 */
export const probeNodeOptions: readonly string[] = [
  ...nodeOptions,
  '--memory-saver-mode',
  '--single-threaded-gc',
  '--min-semi-space-size=2',
  '--max-semi-space-size=2',
]

/**
 * Makes glibc return memory to the system, and use one heap instead of one per thread. Other C libraries ignore these
 * variables.
 */
const allocator: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
}

/**
 * Environment variables added for the app. With them its memory is back to normal within seconds after a peak. The
 * probe's Node options would save another third, but triple the CPU use under load.
 */
export const appEnvironment: Readonly<Record<string, string>> = allocator

/** Environment variables added for the probe and the supervisor. */
export const probeEnvironment: Readonly<Record<string, string>> = allocator
