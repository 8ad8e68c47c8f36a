/** The parts of `/proc/stat` that are read here. */
export interface SystemStat {
  /** Clock ticks, summed over all CPUs, in which they were not idle. */
  readonly busyTicks: number
  /** All clock ticks, summed over all CPUs. */
  readonly totalTicks: number
  /** CPUs online. */
  readonly cpus: number
  /** Seconds since 1970 at boot. */
  readonly bootSeconds: number
}

const numbersAfter = (text: string, label: RegExp): number[] => {
  const rest = label.exec(text)?.[1]
  return rest === undefined ? [] : rest.trim().split(/\s+/).map(Number)
}

/** Reads the text of `/proc/stat`; missing values are 0. */
export const parseSystemStat = (text: string): SystemStat => {
  // user nice system idle iowait irq softirq steal; the following guest and guest_nice are already included in user and
  // nice
  const ticks = numbersAfter(text, /^cpu ([\d ]+)$/m).slice(0, 8)
  const totalTicks = ticks.reduce((sum, n) => sum + n, 0)
  return {
    busyTicks: totalTicks - (ticks[3] ?? 0) - (ticks[4] ?? 0),
    totalTicks,
    cpus: text.match(/^cpu\d+ /gm)?.length ?? 0,
    bootSeconds: numbersAfter(text, /^btime (\d+)$/m)[0] ?? 0,
  }
}

/** The kernel counts `btime` back from the clock, and rounds it: it moves by a second now and then. */
const BOOT_JITTER_SECONDS = 2

/**
 * The boot time to show, which moves only when the clock of the machine was set: whatever is dated by it changes then.
 *
 * @param shown seconds since 1970 that were shown so far; 0 = unknown
 * @param read those that `/proc/stat` has now; 0 = unknown
 */
export const steadyBootSeconds = (shown: number, read: number): number =>
  read === 0 || Math.abs(read - shown) <= BOOT_JITTER_SECONDS ? shown : read

/** Memory of the machine. */
export interface Memory {
  readonly totalBytes: number
  /** Memory that is not available without swapping: total minus available. */
  readonly usedBytes: number
}

/** Reads the text of `/proc/meminfo`. @returns undefined when the total is missing */
export const parseMemory = (text: string): Memory | undefined => {
  const bytes = (label: string): number | undefined => {
    const kib = numbersAfter(text, new RegExp(`^${label}: +(\\d+) kB$`, 'm'))[0]
    return kib === undefined ? undefined : kib * 1024
  }
  const totalBytes = bytes('MemTotal')
  if (totalBytes === undefined) return undefined
  // Kernels before 3.14, and the meminfo of some containers, do not give the available memory.
  const available =
    bytes('MemAvailable') ?? (bytes('MemFree') ?? 0) + (bytes('Buffers') ?? 0) + (bytes('Cached') ?? 0)
  return { totalBytes, usedBytes: Math.max(0, totalBytes - available) }
}

/** Reads the text of `/proc/loadavg`. @returns the load over 1, 5 and 15 minutes; undefined when it is something else */
export const parseLoad = (text: string): readonly [number, number, number] | undefined => {
  const [one, five, fifteen] = text.split(' ', 3).map(Number)
  if (one === undefined || five === undefined || fifteen === undefined) return undefined
  return [one, five, fifteen].every(Number.isFinite) ? [one, five, fifteen] : undefined
}

/** Reads the text of an `os-release` file. @returns `PRETTY_NAME`, else `NAME`, such as `Debian GNU/Linux 12 (bookworm)` */
export const parseOsName = (text: string): string | undefined => {
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}=(?:"([^"]*)"|'([^']*)'|(.*))$`, 'm').exec(text)?.slice(1).find(Boolean)
  return value('PRETTY_NAME') ?? value('NAME')
}

/** Constants of the kernel that are the units of values in `/proc`. */
export interface KernelUnits {
  readonly ticksPerSecond: number
  readonly pageBytes: number
}

const AT_PAGESZ = 6n
const AT_CLKTCK = 17n

/**
 * Reads `/proc/self/auxv`, pairs of 64-bit words (little-endian on all platforms that Node supports). Defaults are 100
 * ticks per second and pages of 4 KiB.
 */
export const parseKernelUnits = (auxv: Uint8Array): KernelUnits => {
  const words = new DataView(auxv.buffer, auxv.byteOffset, auxv.byteLength)
  let ticksPerSecond = 100
  let pageBytes = 4096
  for (let at = 0; at + 16 <= words.byteLength; at += 16) {
    const key = words.getBigUint64(at, true)
    const value = Number(words.getBigUint64(at + 8, true))
    if (key === AT_PAGESZ && value > 0) pageBytes = value
    if (key === AT_CLKTCK && value > 0) ticksPerSecond = value
  }
  return { ticksPerSecond, pageBytes }
}
