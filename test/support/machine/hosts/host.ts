import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { eventually } from '../../eventually.ts'
import { type Program, startProgram } from '../program.ts'
import { childrenOf, startInit } from './init.ts'

/** How a command on a host ended. */
export interface HostCommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A program on a host. */
export interface HostProgram extends Program {
  /** Its pid on the host, as the host's probe tells it. */
  readonly pid: number
  /** Its pid outside. */
  readonly outsidePid: number
}

/** Environment variables to add; undefined takes one away. */
export type Environment = Readonly<Record<string, string | undefined>>

/** How a program is started. */
export interface ProgramOptions {
  readonly env?: Environment
  /** Its standard error is of no interest. */
  readonly quiet?: boolean
}

/**
 * A machine made of namespaces: its network, pids, `/proc`, host name, machine id, and its own `/etc`, `/var` and `/run`,
 * so also its own state directory of Scope. Programs and all other files are those of the real machine.
 */
export interface Host {
  readonly name: string
  /** Id that a probe on it gives the host. */
  readonly id: string
  /** Pid of its process 1, outside. */
  readonly pid: number
  /** A cgroup of its own, as `/name`, for whoever makes containers. */
  readonly cgroup: string
  /** Its probe's node id of a process. */
  processId(pid: number): string
  /** Runs a command to its end. @throws Error with what it said when it fails */
  exec(...command: string[]): string
  /** Runs a command to its end. */
  run(command: readonly string[], env?: Environment): Promise<HostCommandResult>
  /** Starts a program, which ends with the host at the latest. */
  start(command: readonly string[], options?: ProgramOptions): Promise<HostProgram>
  /** A command that runs in the host's network alone, for what has to stay in the mounts of the tests, such as a browser. */
  inNetwork(command: readonly string[]): string[]
  /** Where one of its files is outside: `path('/var/lib/scope/plan.json')`. */
  path(file: string): string
  /** Writes one of its own files: below `/etc`, `/var` or `/run`. */
  write(file: string, text: string | Uint8Array, mode?: number): void
  end(): Promise<void>
}

/** How a host differs from others. */
export interface HostOptions {
  /** 32 hex digits; made from the name by default, as each host has its own. */
  readonly machineId?: string
}

const NAMESPACES = ['--net', '--uts', '--mount', '--ipc', '--mount-proc', '--propagation=private']

/** Whatever is on the layers in front of `/etc` and `/var` is in memory, and gone with the mounts. */
const SCRIPT = `
  # What containers of the real machine are made of could not be removed while a host had it mounted, too. Some of it goes
  # away meanwhile.
  awk '($3 == "nsfs" || $3 == "overlay") && $2 != "/" { print $2 }' /proc/mounts | xargs -r umount -l 2>/dev/null || true
  mount -t tmpfs -o mode=755 none /run
  for d in etc var; do
    mkdir -p /run/host/$d /run/host/work-$d
    mount -t overlay -o lowerdir=/$d,upperdir=/run/host/$d,workdir=/run/host/work-$d none /$d
  done
  rm -rf /var/lib/scope /var/lib/docker
  mkdir -p /var/lib/scope /var/lib/docker /run/host/cgroup
  mount -t tmpfs -o mode=711 none /var/lib/docker
  [ -L /var/run ] || mount --bind /run /var/run
  mount --rbind /sys/fs/cgroup /run/host/cgroup
  mount -t sysfs none /sys
  mount --rbind /run/host/cgroup /sys/fs/cgroup
  umount -l /run/host/cgroup
  mount -t tracefs none /sys/kernel/tracing
  hostname "$1"
  echo "$1" >/etc/hostname
  rm -f /etc/machine-id /etc/hosts /etc/resolv.conf
  echo "$2" >/etc/machine-id
  printf '127.0.0.1 localhost\\n::1 localhost\\n127.0.1.1 %s\\n' "$1" >/etc/hosts
  : >/etc/resolv.conf
  for c in all default; do
    echo 0 >/proc/sys/net/ipv6/conf/$c/disable_ipv6
    echo 0 >/proc/sys/net/ipv6/conf/$c/accept_dad
  done
  ip link set lo up`

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What a process runs; undefined when it has ended. */
const programOf = (pid: number): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return undefined
  }
}

/** Pid in the innermost namespace of a process. */
const innerPid = (outsidePid: number): number => {
  const [, pids] = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${outsidePid}/status`, 'utf8')) ?? []
  return Number(pids?.split(/\s+/).at(-1))
}

// What the tests tell Scope and Docker of the real machine is nothing to its hosts.
const withoutMachine: Environment = {
  DOCKER_HOST: undefined,
  SCOPE_STATE_DIR: undefined,
  SCOPE_HOSTNAME: undefined,
}

const environment = (env: Environment = {}): NodeJS.ProcessEnv => {
  const all = { ...process.env, ...withoutMachine, ...env }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** Makes a host; {@link Host.end}, or the end of the process that made it, ends all that runs on it. */
export const startHost = async (name: string, options: HostOptions = {}): Promise<Host> => {
  const machineId = options.machineId ?? sha256(name).slice(0, 32)
  const init = await startInit(name, NAMESPACES, SCRIPT, [name, machineId])
  const inside = (command: readonly string[]): string[] => [
    ...['nsenter', `--target=${init.pid}`, '--net', '--uts', '--mount', '--ipc', '--pid', '--wd=/', '--'],
    ...command,
  ]
  const id = `${name}~${sha256(machineId).slice(0, 8)}`
  const path = (file: string) => `/proc/${init.pid}/root${file}`
  return {
    name,
    id,
    pid: init.pid,
    cgroup: init.cgroup,
    processId: (pid) => `${id};${pid}`,
    exec: (...command) => {
      const [file = '', ...args] = inside(command)
      return execFileSync(file, args, {
        encoding: 'utf8',
        env: environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    },
    run: (command, env) =>
      new Promise((resolve) => {
        const [file = '', ...args] = inside(command)
        const settings = { env: environment(env), maxBuffer: 64 * 1024 * 1024 }
        execFile(file, args, settings, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
        )
      }),
    start: async (command, { env, quiet = false } = {}) => {
      const program = startProgram(inside(command), { env: environment(env), quiet })
      // `nsenter` waits for the program, which is its child since it has to be born in the pid namespace, and begins as a copy of it.
      const outsidePid = await eventually(`the start of ${command.join(' ')} on ${name}`, () =>
        childrenOf(program.pid).find((child) => programOf(child) !== programOf(program.pid)),
      )
      const kill: Program['kill'] = async (signal = 'SIGTERM') => {
        try {
          process.kill(outsidePid, signal)
        } catch {
          // It has ended by itself.
        }
        await program.ended
      }
      return { ...program, pid: innerPid(outsidePid), outsidePid, kill }
    },
    inNetwork: (command) => ['nsenter', `--target=${init.pid}`, '--net', '--', ...command],
    path,
    write: (file, text, mode = 0o644) => {
      mkdirSync(path(dirname(file)), { recursive: true })
      writeFileSync(path(file), text, { mode })
    },
    end: init.end,
  }
}
