import { createContainerIndex } from '../../../src/probe/cgroup/container-index.ts'
import { createUnitIndex } from '../../../src/probe/cgroup/unit-index.ts'
import { noSignalling } from '../../../src/probe/process/controls/signalling.ts'
import type { ProcessSurroundings } from '../../../src/probe/process/living-process.ts'
import type { ProcessReader } from '../../../src/probe/process/reader.ts'

/** A process as a test sets it up; times in ticks. */
export interface FakeProcess {
  startTicks: number
  comm?: string
  argv?: string[]
  ppid?: number
  state?: string
  kernelThread?: boolean
  cpuTicks?: number
  cgroup?: string
  netns?: number | null
  openFiles?: number | null
  stack?: string
  uid?: number
  executable?: string
  workingDirectory?: string
}

/** A `/proc` in memory that a test changes as it goes. */
export class FakeProcesses implements ProcessReader {
  readonly running = new Map<number, FakeProcess>()
  reads = 0
  /** Called before each file is read, so that a test can let a process go in between. */
  onRead: (pid: number, file: string) => void = () => {}

  start(pid: number, process: FakeProcess): void {
    this.running.set(pid, process)
  }

  change(pid: number, change: Partial<FakeProcess>): void {
    this.running.set(pid, { ...(this.running.get(pid) as FakeProcess), ...change })
  }

  end(pid: number): void {
    this.running.delete(pid)
  }

  pids = () => [...this.running.keys()]

  stat = (pid: number) => {
    const p = this.#read(pid, 'stat')
    if (p === undefined) return undefined
    return {
      pid,
      comm: p.comm ?? 'prog',
      state: p.state ?? 'S',
      ppid: p.ppid ?? 1,
      flags: p.kernelThread ? 0x20_0000 : 0,
      cpuTicks: p.cpuTicks ?? 0,
      threads: 1,
      startTicks: p.startTicks,
      residentPages: 10,
      stack: p.stack ?? '',
    }
  }

  commandLine = (pid: number) => {
    const p = this.#read(pid, 'cmdline')
    if (p === undefined) return undefined
    const argv = p.kernelThread || p.state === 'Z' ? [] : (p.argv ?? ['/bin/prog', '-x'])
    return { bytes: Buffer.from(argv.map((word) => `${word}\0`).join('')), cut: false }
  }

  cgroup = (pid: number) => {
    const p = this.#read(pid, 'cgroup')
    return p && (p.cgroup ?? '0::/\n')
  }

  limits = (pid: number) => this.#read(pid, 'limits') && ''

  netns = (pid: number | 'self') => {
    const p = pid === 'self' ? undefined : this.#read(pid, 'ns/net')
    return p && (p.netns === undefined ? 1 : p.netns)
  }

  openFiles = (pid: number) => {
    const p = this.#read(pid, 'fd')
    return p && (p.openFiles === undefined ? 4 : p.openFiles)
  }

  uid = (pid: number) => this.running.get(pid)?.uid
  executable = (pid: number) => this.running.get(pid)?.executable
  workingDirectory = (pid: number) => this.running.get(pid)?.workingDirectory

  #read(pid: number, file: string): FakeProcess | undefined {
    this.reads++
    this.onRead(pid, file)
    return this.running.get(pid)
  }
}

/** Host `h`, booted at 1970, 100 ticks a second, 4 CPUs; its network namespace is 1. */
export const around = (
  reader: ProcessReader,
  cgroup2Mount?: string,
  nowMs = (): number => 0,
): ProcessSurroundings => ({
  reader,
  hostId: 'h',
  bootMs: 1,
  ticksPerSecond: 100,
  pageBytes: 4096,
  containers: createContainerIndex({ cgroup2Mount, enclosing: new Set(), hostNetns: 1, nowMs }),
  units: createUnitIndex(cgroup2Mount),
  users: { nameOf: (uid) => (uid === 1000 ? 'ann' : undefined), byName: () => undefined },
  machine: { cpus: 4, memoryBytes: 1e9 },
  signalling: noSignalling,
  sampleWindowMs: 10_000,
  redact: (argv) => argv.join(' '),
})
