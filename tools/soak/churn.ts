import { setTimeout as sleep } from 'node:timers/promises'
import type { Draw } from '../../src/demo/draw.ts'
import type { Fleet, Member } from '../../test/support/machine/hosts/fleet.ts'

/** Things that go wrong, and that change, on the hosts of a fleet. */
export interface Churn {
  /** Does one thing, which one is drawn. @returns it in words */
  step(): Promise<string>
  /** Ends what goes wrong, and waits for nothing: links are up, fast, and lose nothing. */
  calm(): void
}

/** No more connections than this, so that a look at all of them stays cheap. */
const MOST_CONNECTIONS = 30
const LOSS_PERCENT = 15
const SLOW_KILOBITS = 128

type Action = (number: number) => Promise<string>

/** @param draw what is done, and to which host, is drawn from it: with one seed the same */
export const createChurn = (fleet: Fleet, draw: Draw): Churn => {
  const down = new Set<Member>()
  const slow = new Set<Member>()
  let steps = 0
  const anyOf = (members: readonly Member[], ...key: (string | number)[]): Member =>
    draw.pick(members, ...key)
  const isUp = (member: Member) => !down.has(member)

  const connect: Action = async (n) => {
    if (fleet.connections().length >= MOST_CONNECTIONS) return disconnect(n)
    const from = anyOf(fleet.members, n, 'from')
    // To a host that cannot be reached it would wait for minutes.
    const reached = fleet.members.filter((to) => to === from || (isUp(to) && isUp(from)))
    const to = anyOf(reached, n, 'to')
    await fleet.connect(from, to, draw.pick([4, 6], n, 'family'))
    return `${from.host.name} connects to ${to.host.name}`
  }
  const disconnect: Action = async (n) => {
    const all = fleet.connections()
    if (all.length === 0) return 'no connection to end'
    const one = draw.pick(all, n, 'connection')
    await fleet.disconnect(one)
    return `${one.from.host.name} leaves ${one.to.host.name}`
  }
  const replaceServer: Action = async (n) => {
    const member = anyOf(fleet.members, n)
    await member.replaceServer()
    return `the server of ${member.host.name} is replaced`
  }
  const toggleLink: Action = async (n) => {
    const member = anyOf(fleet.members, n)
    if (down.delete(member)) {
      member.link.up()
      return `the link of ${member.host.name} is up`
    }
    down.add(member)
    member.link.down()
    return `the link of ${member.host.name} is down`
  }
  const lose: Action = async (n) => {
    const member = anyOf(fleet.members, n)
    const percent = draw.pick([0, LOSS_PERCENT], n, 'percent')
    member.link.lose(percent)
    return `the link of ${member.host.name} loses ${percent} %`
  }
  const toggleSpeed: Action = async (n) => {
    const member = anyOf(fleet.members, n)
    if (slow.delete(member)) {
      member.link.fast()
      return `the link of ${member.host.name} is fast`
    }
    slow.add(member)
    member.link.slow(SLOW_KILOBITS)
    return `the link of ${member.host.name} is slow`
  }
  const killApp: Action = async (n) => {
    const member = anyOf(fleet.apps, n)
    await member.scope.kill('app')
    return `the app of ${member.host.name} is killed`
  }
  const killProbe: Action = async (n) => {
    const member = anyOf(fleet.members, n)
    const signal = draw.pick(['SIGKILL', 'SIGTERM'] as const, n, 'signal')
    await member.scope.kill('probe', signal)
    return `the probe of ${member.host.name} gets ${signal}`
  }

  // What is drawn more often stands here more often.
  const actions: readonly Action[] = [
    ...[connect, connect, connect, connect, disconnect, disconnect],
    ...[replaceServer, toggleLink, toggleLink, lose, toggleSpeed, killApp, killProbe],
  ]

  return {
    step: async () => {
      steps += 1
      await sleep(draw.between(0, 500, steps, 'pause'))
      return draw.pick(actions, steps, 'action')(steps)
    },
    calm: () => {
      for (const member of down) member.link.up()
      for (const member of slow) member.link.fast()
      for (const { link } of fleet.members) link.lose(0)
      down.clear()
      slow.clear()
    },
  }
}
