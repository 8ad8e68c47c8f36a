/** The fields of `/proc/PID/stat` that are used. */
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
  /** Start time in clock ticks since boot. */
  readonly startTicks: number
  readonly residentPages: number
  /** Start address of its stack, which changes with each exec; empty when the kernel does not show it. */
  readonly stack: string
}

const FIELDS = 26
/** Upper bound for the length of these fields: a 64-bit number and a blank each. */
const MAX_FIELDS_LENGTH = FIELDS * 21

const PF_KTHREAD = 0x0020_0000

/**
 * Reads the text of `/proc/PID/stat`.
 *
 * @returns undefined when the text is invalid, such as empty when the process has just exited
 */
export const parseProcessStat = (text: string): ProcessStat | undefined => {
  // The name may contain blanks, newlines and parentheses. Only numbers come after it, apart from the state.
  const open = text.indexOf(' (')
  const close = text.lastIndexOf(') ')
  if (open < 1 || close < open) return undefined
  // Field n of proc(5) is at n - 3. Fields after the last one needed are not split.
  const fields = text.slice(close + 2, close + 2 + MAX_FIELDS_LENGTH).split(' ', FIELDS)
  // Later fields may be missing on some kernels, and are optional.
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
    // Without permission the field is 0 or 1.
    stack: (fields[28 - 3]?.length ?? 0) > 1 ? (fields[28 - 3] as string) : '',
  }
}

/** True for a kernel thread, which has no program. */
export const isKernelThread = (stat: ProcessStat): boolean => (stat.flags & PF_KTHREAD) !== 0

/**
 * True for a process that has exited and that its parent has not yet waited for. A process whose first thread alone has
 * exited still runs.
 */
export const isZombie = (stat: ProcessStat): boolean =>
  (stat.state === 'Z' || stat.state === 'X') && stat.threads <= 1
