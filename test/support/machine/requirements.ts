import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { describe, it } from 'vitest'
import { named } from '../run/run.ts'

/** What a test may need of the machine it runs on. */
export type Need = 'root' | 'ebpf' | 'docker' | 'browser' | 'netns' | 'hosts' | 'mptcp' | 'fuse'

/** `undefined` when the machine has what is needed, else the reason in plain words. */
type Check = () => string | undefined

const checks: Record<Need, Check> = {
  root: () => (process.getuid?.() === 0 ? undefined : 'not running as root'),
  ebpf: missingForEbpf,
  docker: missingForDocker,
  browser: () => (browserPath() === undefined ? 'no Chromium found' : undefined),
  netns: missingForNetns,
  hosts: missingForHosts,
  // A new network namespace has it switched on, whatever the machine's own has.
  mptcp: () => (existsSync('/proc/sys/net/mptcp/enabled') ? undefined : 'the kernel has no MPTCP'),
  fuse: () => (existsSync('/dev/fuse') ? undefined : 'there is no /dev/fuse'),
}

const answers = new Map<Need, string | undefined>()

/** Why the machine does not have `need`, or undefined when it has. Checked once for each test file. */
export function missing(need: Need): string | undefined {
  if (!answers.has(need)) answers.set(need, checks[need]())
  return answers.get(need)
}

/**
 * `describe`, for tests that need something of the machine. Where it is missing they are skipped and say why;
 * with `SCOPE_REQUIRE_ALL=1` they fail instead, so that a run which must prove everything cannot pass by skipping.
 */
export function describeWith(needs: readonly Need[], title: string, tests: () => void): void {
  const reasons = needs
    .map((need) => ({ need, reason: missing(need) }))
    .filter(({ reason }) => reason !== undefined)
  if (reasons.length === 0) {
    describe(title, tests)
    return
  }
  const why = reasons.map(({ need, reason }) => `${need}: ${reason}`).join('; ')
  if (process.env.SCOPE_REQUIRE_ALL === '1') {
    describe(title, () => {
      it('has what it needs of this machine', () => {
        throw new Error(`cannot run here: ${why}`)
      })
    })
    return
  }
  process.stderr.write(`skipped: ${title} (${why})\n`)
  describe.skip(`${title} (skipped: ${why})`, tests)
}

/** From that which costs a test the least: without a user interface, Chromium takes two thirds of the time, and draws the same. */
const BROWSERS = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
]

/** The browser that tests drive: `SCOPE_CHROMIUM`, else Chromium or Chrome of the system. */
export function browserPath(): string | undefined {
  const named = process.env.SCOPE_CHROMIUM
  const candidates = BROWSERS.map((name) => `/usr/bin/${name}`)
  return [...(named === undefined ? [] : [named]), ...candidates].find((path) => existsSync(path))
}

const CAP_SYS_ADMIN = 21n
const CAP_BPF = 39n

function missingForEbpf(): string | undefined {
  try {
    accessSync('/sys/kernel/btf/vmlinux', constants.R_OK)
  } catch {
    return '/sys/kernel/btf/vmlinux cannot be read'
  }
  const capabilities = effectiveCapabilities()
  const holds = (bit: bigint) => ((capabilities >> bit) & 1n) === 1n
  return holds(CAP_BPF) || holds(CAP_SYS_ADMIN) ? undefined : 'neither CAP_BPF nor CAP_SYS_ADMIN is effective'
}

function effectiveCapabilities(): bigint {
  const line = readFileSync('/proc/self/status', 'utf8').match(/^CapEff:\s*([0-9a-f]+)$/m)
  return BigInt(`0x${line?.[1] ?? '0'}`)
}

// The daemon itself is started by the global set-up, when none answers; here it only has to be reachable.
function missingForDocker(): string | undefined {
  if (process.env.DOCKER_HOST === undefined && !isSocket('/var/run/docker.sock')) return 'no Docker daemon'
  return failure('docker', ['version', '--format', '{{.Server.Version}}'])
}

function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false
}

function missingForNetns(): string | undefined {
  const name = named(`check-${process.pid}`)
  const reason = failure('ip', ['netns', 'add', name])
  if (reason === undefined) execFileSync('ip', ['netns', 'delete', name])
  return reason
}

/** Hosts are made of namespaces, and their networks have rules of nftables. */
function missingForHosts(): string | undefined {
  const namespaces = ['--net', '--uts', '--mount', '--ipc', '--pid', '--fork']
  return failure('unshare', [
    ...namespaces,
    'sh',
    '-c',
    'nft list ruleset && tc qdisc && command -v perl nsenter dnsmasq',
  ])
}

/** The last line a command complained with, or `undefined` when it went well. */
function failure(command: string, args: string[]): string | undefined {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 60_000, encoding: 'utf8' })
    return undefined
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr ?? '').trim() : ''
    return stderr.split('\n').at(-1) || String(error)
  }
}
