/** Soft limits of a process; absent = unlimited or unknown. */
export interface ProcessLimits {
  readonly openFiles?: number
  readonly addressSpaceBytes?: number
}

const softLimit = (text: string, label: string): number | undefined => {
  const digits = new RegExp(`^${label} +(\\d+) `, 'm').exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** Reads the text of `/proc/PID/limits`. */
export const parseLimits = (text: string): ProcessLimits => {
  const openFiles = softLimit(text, 'Max open files')
  const addressSpaceBytes = softLimit(text, 'Max address space')
  return {
    ...(openFiles !== undefined && { openFiles }),
    ...(addressSpaceBytes !== undefined && { addressSpaceBytes }),
  }
}
