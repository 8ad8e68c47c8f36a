import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** CPU time of all threads of a process so far, in milliseconds. */
export const cpuMs = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, ns) => sum + ns / 1e6, 0)

/** Memory of a process, in megabytes (10^6 bytes). */
export interface Memory {
  /** Pages shared with other processes count in part. */
  readonly pssMb: number
  readonly rssMb: number
  /** What belongs to nobody else and to no file. */
  readonly anonymousMb: number
}

export const memory = (pid: number): Memory => {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const mb = (key: string): number =>
    (Number(new RegExp(`^${key}: +(\\d+) kB`, 'm').exec(text)?.[1]) * 1024) / 1e6
  return { pssMb: mb('Pss'), rssMb: mb('Rss'), anonymousMb: mb('Anonymous') }
}

/** Processes that run on this machine, without threads of the kernel. */
export const countProcesses = (): number =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      return readFileSync(`/proc/${name}/cmdline`).length > 0
    } catch {
      // it ended meanwhile
      return false
    }
  }).length

/** What eBPF programs of a process used so far, those left out that run within its own reads. */
export interface KernelUse {
  readonly ms: number
  readonly runs: number
}

const STATS_SWITCH = '/proc/sys/kernel/bpf_stats_enabled'

const fdInfos = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) => {
    const path = `/proc/${pid}/fdinfo/${fd}`
    return existsSync(path) ? [readFileSync(path, 'utf8')] : []
  })

const field = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(text)?.[1]

/** Zero as long as the kernel does not count (see `countKernelTime`). */
export const kernelUse = (pid: number): KernelUse => {
  const infos = fdInfos(pid)
  // an iterator runs while the probe reads it: that time is the probe's own already
  const iterators = new Set(
    infos.flatMap((info) => (field(info, 'link_type') === 'iter' ? [field(info, 'prog_id')] : [])),
  )
  const programs = new Map<string, KernelUse>()
  for (const info of infos) {
    const id = field(info, 'prog_id')
    const runTimeNs = field(info, 'run_time_ns')
    if (id === undefined || runTimeNs === undefined || iterators.has(id)) continue
    programs.set(id, { ms: Number(runTimeNs) / 1e6, runs: Number(field(info, 'run_cnt')) })
  }
  const all = [...programs.values()]
  return {
    ms: all.reduce((sum, { ms }) => sum + ms, 0),
    runs: all.reduce((sum, { runs }) => sum + runs, 0),
  }
}

/** Has the kernel count the time of eBPF programs. @returns ends that, if it did not before */
export const countKernelTime = (): (() => void) => {
  const before = readFileSync(STATS_SWITCH, 'utf8')
  writeFileSync(STATS_SWITCH, '1')
  return () => writeFileSync(STATS_SWITCH, before)
}
