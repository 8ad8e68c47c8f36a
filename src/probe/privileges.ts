/** Bit numbers of the capabilities (`capabilities(7)`) that features need. */
export const capabilities = {
  CAP_DAC_READ_SEARCH: 2,
  CAP_KILL: 5,
  CAP_NET_ADMIN: 12,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
  CAP_PERFMON: 38,
  CAP_BPF: 39,
} as const

/** A capability by its name. */
export type Capability = keyof typeof capabilities

/** The effective user and capabilities of the probe. */
export interface Privileges {
  readonly uid: number
  readonly effective: ReadonlySet<Capability>
}

/** @param status text of `/proc/self/status` */
export const parsePrivileges = (status: string): Privileges => {
  const bits = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  const names = (Object.keys(capabilities) as Capability[]).filter(
    (name) => ((bits >> BigInt(capabilities[name])) & 1n) === 1n,
  )
  // To the kernel, it contains the others, which were split off from it in Linux 5.8.
  const contained = names.includes('CAP_SYS_ADMIN') ? (['CAP_BPF', 'CAP_PERFMON'] as const) : []
  // The line has four ids: real, effective, saved, file system. The second is wanted.
  const uid = Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN)
  return { uid, effective: new Set([...names, ...contained]) }
}
