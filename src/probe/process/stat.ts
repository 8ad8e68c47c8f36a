/** What `/proc/PID/stat` says of a process. */
export interface ProcessStat {
  readonly pid: number
  /** Command name, at most 15 bytes. */
  readonly comm: string
  /** `R`, `S`, `D`, `Z`, … */
  readonly state: string
  readonly ppid: number
  readonly flags: number
  /** Clock ticks in user and kernel mode, ended threads included. */
  readonly cpuTicks: number
  readonly threads: number
  /** Clock ticks from boot to its start. */
  readonly startTicks: number
  readonly residentPages: number
  /** Address of its stack, another one after each exec; empty where the kernel does not tell. */
  readonly stack: string
}

const FIELDS = 26
/** So many numbers of 64 bits and what is between them. */
const MAX_FIELDS_LENGTH = FIELDS * 21

const PF_KTHREAD = 0x0020_0000

/**
 * Reads the text of `/proc/PID/stat`.
 *
 * @returns undefined when the text is something else (such as nothing, of a process that just went)
 */
export const parseProcessStat = (text: string): ProcessStat | undefined => {
  // The name is free text: it may hold blanks, newlines and parentheses. Only numbers come after it.
  const open = text.indexOf(' (')
  const close = text.lastIndexOf(') ')
  if (open < 1 || close < open) return undefined
  // Field n of proc(5) is at n - 3; what comes after the last one wanted need not be taken apart.
  const fields = text.slice(close + 2, close + 2 + MAX_FIELDS_LENGTH).split(' ', FIELDS)
  // of a kernel without the last ones, the rest is good
  if (fields.length < 22) return undefined
  const field = (n: number) => Number(fields[n - 3])
  return {
    pid: Number(text.slice(0, open)),
    comm: text.slice(open + 2, close),
    state: fields[0] as string,
    ppid: field(4),
    flags: field(9),
    cpuTicks: field(14) + field(15),
    threads: field(20),
    startTicks: field(22),
    residentPages: Math.max(0, field(24)),
    // one who may not look sees 0, or 1
    stack: (fields[28 - 3]?.length ?? 0) > 1 ? (fields[28 - 3] as string) : '',
  }
}

/** A thread of the kernel, which has no program. */
export const isKernelThread = (stat: ProcessStat): boolean => (stat.flags & PF_KTHREAD) !== 0

/** Ended, and only not yet waited for by its parent. A process whose first thread alone ended still runs. */
export const isZombie = (stat: ProcessStat): boolean =>
  (stat.state === 'Z' || stat.state === 'X') && stat.threads <= 1
