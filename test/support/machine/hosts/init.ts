import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Process 1 of a set of namespaces, which live as long as it does. */
export interface Init {
  /** As seen from outside. */
  readonly pid: number
  /** A cgroup for what runs there, `/name`: what is made in it is removed at the end. */
  readonly cgroup: string
  /** Ends it, and with it all processes in its pid namespace, its network, and its mounts; waits until they are gone. */
  end(): Promise<void>
}

/**
 * Reaps what others leave behind, as process 1 must, and ends with its standard input. That is a pipe held open by the
 * tests, which the kernel closes however they end: so nothing is left of a host when its test was interrupted.
 */
const INIT = `exec perl -e '$SIG{CHLD} = "IGNORE"; $| = 1; print "ready\\n"; 1 while sysread(STDIN, $_, 1)'`

/**
 * Waits for what it starts, and removes the cgroups, which outlive namespaces; one whose last process is not quite gone is
 * tried again. In the script, `$$` is its own pid.
 */
const KEEPER = `"$@"; status=$?
  cgroups() { find /sys/fs/cgroup -depth -type d '(' -path "*/scopetest-$$" -o -path "*/scopetest-$$/*" ')' "$@"; }
  for try in 1 2 3 4 5; do
    cgroups -exec rmdir {} + 2>/dev/null
    [ -z "$(cgroups)" ] && break
    sleep 0.5
  done
  exit $status`

/** The processes that a process has started, by their pids outside. */
export const childrenOf = (pid: number): readonly number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    // It has just ended.
    return []
  }
}

const ready = (child: ChildProcessWithoutNullStreams, what: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    child.stdout.once('data', () => resolve())
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${what} could not be made (${code}): ${said.trim()}`)))
  })

/**
 * Makes namespaces.
 *
 * @param namespaces options of `unshare`
 * @param script what process 1 does there before it is ready, for `sh`
 * @param args of the script
 */
export const startInit = async (
  what: string,
  namespaces: readonly string[],
  script: string,
  args: readonly string[] = [],
): Promise<Init> => {
  const unshare = ['unshare', ...namespaces, '--pid', '--fork', '--kill-child=SIGKILL']
  const child = spawn(
    'sh',
    ['-c', KEEPER, 'keeper', ...unshare, 'sh', '-euc', `${script}\n${INIT}`, what, ...args],
    // In a session of its own: what is typed to end the tests ends it by its input alone.
    { stdio: 'pipe', detached: true },
  )
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await ready(child, what)
  const keeper = child.pid ?? 0
  const [pid] = childrenOf(keeper).flatMap(childrenOf)
  if (pid === undefined) throw new Error(`${what} ended at once`)
  return {
    pid,
    cgroup: `/scopetest-${keeper}`,
    end: async () => {
      child.stdin.end()
      await gone
    },
  }
}
