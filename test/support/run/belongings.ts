import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cgroup2Mount } from '../../../src/probe/cgroup/mount.ts'
import { notesOf, RUN_PATTERN, RUN_VARIABLE, type Run, startOf } from './run.ts'

/** A process, and what its environment says of it. */
export interface MarkedProcess {
  readonly pid: number
  readonly run: Run
  /** Its state directory of Scope, if it has one. */
  readonly stateDir: string | undefined
}

/** A rule of iptables, as its arguments. */
export interface MarkedRule {
  readonly command: 'iptables' | 'ip6tables'
  readonly table: string
  /** `-A CHAIN …` */
  readonly rule: readonly string[]
}

const list = (dir: string): readonly string[] => {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

const output = (command: string, ...args: string[]): string => {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    // Not installed here, or not permitted: then it was not used either.
    return ''
  }
}

const runIn = (text: string): Run | undefined =>
  new RegExp(`scopetest-(${RUN_PATTERN.source})`).exec(text)?.[1] as Run | undefined

const variable = (environment: string, name: string): string | undefined =>
  environment
    .split('\0')
    .find((line) => line.startsWith(`${name}=`))
    ?.slice(name.length + 1)

/** Processes whose environment names a run. */
export const markedProcesses = (): readonly MarkedProcess[] =>
  list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      let environment: string
      try {
        environment = readFileSync(`/proc/${name}/environ`, 'latin1')
      } catch {
        return []
      }
      const run = variable(environment, RUN_VARIABLE) as Run | undefined
      if (run === undefined) return []
      return [{ pid: Number(name), run, stateDir: variable(environment, 'SCOPE_STATE_DIR') }]
    })

/** Programs that a run has noted and that still exist. */
export const notedPrograms = (run: Run): readonly number[] =>
  list(notesOf(run)).flatMap((name) => {
    const [pid, start] = name.split('-').map(Number)
    return pid !== undefined && startOf(pid) === start ? [pid] : []
  })

/** Processes, and all that they have started, and what those have. */
export const withDescendants = (pids: Iterable<number>): ReadonlySet<number> => {
  const all = new Set<number>()
  const add = (pid: number): void => {
    if (all.has(pid)) return
    all.add(pid)
    for (const thread of list(`/proc/${pid}/task`)) {
      try {
        const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')
        for (const child of children.split(' ').filter(Boolean)) add(Number(child))
      } catch {
        // It has just ended.
      }
    }
  }
  for (const pid of pids) add(pid)
  return all
}

/** Network namespaces that are named after a run. */
export const markedNamespaces = (): readonly { readonly name: string; readonly run: Run }[] =>
  list('/run/netns').flatMap((name) => {
    const run = runIn(name)
    return run === undefined ? [] : [{ name, run }]
  })

/** Cgroups of version 2 that are named after a run, none of which is in another. */
export const markedCgroups = (): readonly { readonly path: string; readonly run: Run }[] => {
  const mount = cgroup2Mount(readFileSync('/proc/self/mountinfo', 'utf8'))
  if (mount === undefined) return []
  return list(mount).flatMap((name) => {
    const run = name.startsWith('scopetest-') ? runIn(name) : undefined
    return run === undefined ? [] : [{ path: join(mount, name), run }]
  })
}

/** Network interfaces whose alias names a run. */
export const markedInterfaces = (): readonly { readonly name: string; readonly run: Run }[] => {
  const all = JSON.parse(output('ip', '-json', 'link', 'show') || '[]') as {
    readonly ifname: string
    readonly ifalias?: string
  }[]
  return all.flatMap(({ ifname: name, ifalias = '' }) => {
    const run = runIn(ifalias)
    return run === undefined ? [] : [{ name, run }]
  })
}

/** Rules whose comment names a run. */
export const markedRules = (): readonly (MarkedRule & { readonly run: Run })[] =>
  (['iptables', 'ip6tables'] as const).flatMap((command) =>
    ['filter', 'nat'].flatMap((table) =>
      output(command, '-w', '-t', table, '-S')
        .split('\n')
        .flatMap((line) => {
          const run = line.startsWith('-A ') ? runIn(line) : undefined
          const rule = line.replaceAll('"', '').split(' ')
          return run === undefined ? [] : [{ command, table, rule, run }]
        }),
    ),
  )

/** Directories of temporary files that are named after a run: notes, and the data of its Docker daemon. */
export const markedDirectories = (): readonly { readonly path: string; readonly run: Run }[] =>
  list(tmpdir()).flatMap((name) => {
    const run = runIn(name)
    return run === undefined ? [] : [{ path: join(tmpdir(), name), run }]
  })

/** All runs of which something is left, or that still go on. */
export const knownRuns = (): ReadonlySet<Run> =>
  new Set(
    [
      ...markedProcesses(),
      ...markedNamespaces(),
      ...markedInterfaces(),
      ...markedRules(),
      ...markedDirectories(),
    ].map(({ run }) => run),
  )
