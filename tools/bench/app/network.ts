import { spawn } from 'node:child_process'

/** Addresses of the simulated hosts; kept for benchmarks of networks (RFC 2544). */
const ADDRESSES = '198.18.0.0/15'
const MOST_HOSTS = 2 ** 17 - 2

// Whoever connects to an address of the machine itself does so from that address.
const SCRIPT = `ip link set lo up; ip route add local ${ADDRESSES} dev lo; exec "$@"`

/**
 * The address by which a simulated host reaches an app of the own network. It is also the one that the app sees it at, so that limits for one
 * address hold for each host by itself.
 */
export const addressOfHost = (index: number): string => {
  const n = index + 1
  if (!(index >= 0 && n <= MOST_HOSTS)) throw new Error(`there is no address for host ${index}`)
  return `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
}

/**
 * Runs a program in a network of its own, in which simulated hosts have addresses of their own. What it starts ends with it.
 *
 * @throws Error when it fails
 */
export const runInOwnNetwork = async (command: readonly string[]): Promise<void> => {
  const asUser = process.getuid?.() === 0 ? [] : ['--map-root-user']
  const child = spawn(
    'unshare',
    [
      ...[...asUser, '--net', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
      ...['sh', '-euc', SCRIPT, 'sh', ...command],
    ],
    { stdio: 'inherit' },
  )
  const end = (): void => void child.kill()
  process.on('SIGTERM', end).on('SIGINT', end)
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('exit', resolve)
    })
    if (code !== 0) throw new Error(`the benchmark failed in its own network (${code})`)
  } finally {
    process.off('SIGTERM', end).off('SIGINT', end)
  }
}
