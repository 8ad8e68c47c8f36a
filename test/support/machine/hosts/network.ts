import { execFileSync } from 'node:child_process'
import type { Host } from './host.ts'
import { startInit } from './init.ts'

/** What a host has on a network. */
export interface Attachment {
  /** Name of the host's interface; `eth0` by default. */
  readonly device?: string
  /** With the length of its prefix: `10.77.0.2/24`. */
  readonly addresses: readonly string[]
}

/** The cable between a host and a network. */
export interface Link {
  down(): void
  up(): void
  /** Loses packets at random in both directions. @param percent 0 ends it */
  lose(percent: number): void
  /** Limits the rate in both directions; packets wait in a queue, up to a second, and are dropped beyond. */
  slow(kilobitsPerSecond: number): void
  /** Ends {@link slow}. */
  fast(): void
  /** Unplugs it: the host loses the interface and its addresses. */
  remove(): void
}

/** An Ethernet switch in a network namespace of its own. */
export interface Network {
  attach(host: Host, attachment: Attachment): Link
  end(): Promise<void>
}

const SCRIPT = `
  ip link add sw0 type bridge forward_delay 0 mcast_snooping 0
  ip link set sw0 up
  nft add table bridge scope
  nft add chain bridge scope forward '{ type filter hook forward priority 0; }'`

const PLUG_IN = `
  ip link add "$1" type veth peer name "$2" netns "$3"
  ip link set "$1" master sw0 up`

// `nodad`: usable at once, without duplicate address detection.
const SET_UP = `
  device=$1; shift
  sysctl -qw "net.ipv6.conf.$device.accept_dad=0"
  for address in "$@"; do
    case $address in *:*) nodad=nodad ;; *) nodad= ;; esac
    ip addr add "$address" dev "$device" $nodad
  done
  ip link set "$device" up`

/** Makes a network, which ends with the process that made it at the latest. */
export const startNetwork = async (name = 'network'): Promise<Network> => {
  const init = await startInit(name, ['--net', '--mount-proc'], SCRIPT)
  const run = (target: number, ...command: string[]): string =>
    execFileSync('nsenter', [`--target=${target}`, '--net', '--', ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const inSwitch = (...command: string[]) => run(init.pid, ...command)
  let ports = 0
  let losses: Readonly<Record<string, number>> = {}

  const applyLosses = (): void => {
    const rules = Object.entries(losses).flatMap(([port, percent]) => {
      const atRandom = percent < 100 ? `numgen random mod 100 < ${percent}` : ''
      return ['iifname', 'oifname'].map(
        (side) => `add rule bridge scope forward ${side} ${port} ${atRandom} drop`,
      )
    })
    inSwitch('nft', ['flush chain bridge scope forward', ...rules].join('; '))
  }

  return {
    attach(host, { device = 'eth0', addresses }) {
      const port = `port${ports++}`
      inSwitch('sh', '-euc', PLUG_IN, 'plug-in', port, device, String(host.pid))
      run(host.pid, 'sh', '-euc', SET_UP, 'set-up', device, ...addresses)
      const limit = (target: number, name: string, kilobits: number) =>
        run(
          target,
          ...['tc', 'qdisc', 'replace', 'dev', name, 'root', 'tbf', 'rate', `${kilobits}kbit`],
          ...['burst', '4kb', 'latency', '1s'],
        )
      return {
        down: () => void inSwitch('ip', 'link', 'set', port, 'down'),
        up: () => void inSwitch('ip', 'link', 'set', port, 'up'),
        lose: (percent) => {
          const { [port]: _, ...others } = losses
          losses = percent === 0 ? others : { ...others, [port]: percent }
          applyLosses()
        },
        slow: (kilobitsPerSecond) => {
          limit(init.pid, port, kilobitsPerSecond)
          limit(host.pid, device, kilobitsPerSecond)
        },
        fast: () => {
          inSwitch('tc', 'qdisc', 'del', 'dev', port, 'root')
          run(host.pid, 'tc', 'qdisc', 'del', 'dev', device, 'root')
        },
        remove: () => void inSwitch('ip', 'link', 'del', port),
      }
    },
    end: init.end,
  }
}
