import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { currentRun, named } from '../../run/run.ts'
import { makeNetns } from './traffic.ts'

const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8' })

/** A network namespace that is connected to the host by a veth pair. */
export interface Link {
  readonly name: string
  /** Interface of the host, and of the namespace. */
  readonly outside: string
  readonly inside: string
  /** Addresses of the host and of the namespace on the link. */
  readonly hostIp: string
  readonly hostIp6: string
  readonly ip: string
  readonly ip6: string
  /** Link-local address of the namespace, without a scope. */
  readonly linkLocal: string
  /** Link-local address of the host, without a scope. */
  readonly hostLinkLocal: string
  /** Runs a command in the namespace. */
  exec(...command: string[]): string
  remove(): void
}

const LINK_LIMIT_MS = 60_000

/** An interface gets its link-local address when the kernel has taken notice of its link, a moment after both ends are up. */
const linkLocalOf = (show: () => string): string => {
  const deadline = performance.now() + LINK_LIMIT_MS
  for (;;) {
    const text = show()
    const found = /inet6 (fe80:[0-9a-f:]+)\//.exec(text)?.[1]
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error(`no link-local address in ${text}`)
  }
}

const FIRST_SUBNET = 1
const LAST_SUBNET = 250
let links = 0

/**
 * Makes a veth pair whose outer end has a name that only one link on the machine can have, whoever makes it: so no two use the same
 * addresses.
 *
 * @returns the x of its networks 10.213.x.0/24 and fd00:213:x::/64
 */
const claimSubnet = (outsideOf: (subnet: number) => string, inside: string, netns: string): number => {
  for (let subnet = FIRST_SUBNET; subnet <= LAST_SUBNET; subnet++) {
    const outside = outsideOf(subnet)
    if (existsSync(`/sys/class/net/${outside}`)) continue
    try {
      execFileSync('ip', ['link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', netns], {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      return subnet
    } catch (error) {
      if (!String(error).includes('File exists')) throw error
    }
  }
  throw new Error(`all networks 10.213.${FIRST_SUBNET}.0/24 to 10.213.${LAST_SUBNET}.0/24 are taken`)
}

/** Makes a namespace that is connected to the host like another machine, with the host as its default route. */
export const makeLink = (): Link => {
  const netns = makeNetns(`${process.pid}-${links++}`)
  const { name } = netns
  const inside = 'eth0'
  const outsideOf = (subnet: number) => `scopelink${subnet}`
  const subnet = claimSubnet(outsideOf, inside, name)
  const outside = outsideOf(subnet)
  ip('link', 'set', outside, 'alias', named('link'))
  const [hostIp, own] = [`10.213.${subnet}.1`, `10.213.${subnet}.2`]
  const [hostIp6, own6] = [`fd00:213:${subnet}::1`, `fd00:213:${subnet}::2`]
  // `nodad`: usable at once, without duplicate address detection.
  ip('addr', 'add', `${hostIp}/24`, 'dev', outside)
  ip('addr', 'add', `${hostIp6}/64`, 'dev', outside, 'nodad')
  ip('-n', name, 'addr', 'add', `${own}/24`, 'dev', inside)
  ip('-n', name, 'addr', 'add', `${own6}/64`, 'dev', inside, 'nodad')
  execFileSync('sysctl', ['-qw', `net.ipv6.conf.${outside}.accept_dad=0`])
  execFileSync('ip', ['netns', 'exec', name, 'sysctl', '-qw', `net.ipv6.conf.${inside}.accept_dad=0`])
  ip('link', 'set', outside, 'up')
  ip('-n', name, 'link', 'set', inside, 'up')
  ip('-n', name, 'route', 'add', 'default', 'via', hostIp)
  const exec = (...command: string[]) =>
    execFileSync('ip', ['netns', 'exec', name, ...command], { encoding: 'utf8' })
  return {
    ...{ name, outside, inside, hostIp, hostIp6, ip: own, ip6: own6, exec },
    linkLocal: linkLocalOf(() => exec('ip', '-6', 'addr', 'show', 'dev', inside)),
    hostLinkLocal: linkLocalOf(() => ip('-6', 'addr', 'show', 'dev', outside)),
    remove: () => {
      // a program left in the namespace would keep it, and the link
      ip('link', 'del', outside)
      netns.remove()
    },
  }
}

/** By which a rule is found when the run did not delete it. */
const comment = () => ['-m', 'comment', '--comment', `scopetest-${currentRun()}`]

/**
 * Adds rules of iptables; `remove` deletes them in reverse order.
 *
 * @param rules arguments, with `-A` or `-I` before the chain; those of ip6tables begin with its name
 */
export const addRules = (...rules: readonly (readonly string[])[]): { remove(): void } => {
  const run = (rule: readonly string[]) => {
    const [first = '', ...rest] = rule
    const [command, words] = first === 'ip6tables' ? [first, rest] : ['iptables', rule]
    execFileSync(command, ['-w', ...words])
  }
  const marked = rules.map((rule) => {
    const jump = rule.indexOf('-j')
    return [...rule.slice(0, jump), ...comment(), ...rule.slice(jump)]
  })
  for (const rule of marked) run(rule)
  return {
    remove: () => {
      for (const rule of marked.toReversed())
        run(rule.map((word) => (word === '-A' || word === '-I' ? '-D' : word)))
    },
  }
}

/** Turns on IP forwarding on the host; `restore` sets it back to what it was. */
export const forwardPackets = (): { restore(): void } => {
  const before = readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim()
  execFileSync('sysctl', ['-qw', 'net.ipv4.ip_forward=1'])
  return { restore: () => execFileSync('sysctl', ['-qw', `net.ipv4.ip_forward=${before}`]) }
}
