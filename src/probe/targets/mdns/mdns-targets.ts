import type { networkInterfaces } from 'node:os'
import type { Bonjour } from 'bonjour-service'
import { runAll, unguarded } from '../../../log/faults.ts'
import type { Logger } from '../../../log/log.ts'
import { onEveryLan } from '../../../mdns/every-lan.ts'
import { isNeighbour } from '../../../mdns/lan.ts'
import { type HeardService, readService, SERVICE_TYPE } from '../../../mdns/scope-service.ts'
import { type Target, type TargetSource, targetId } from '../target.ts'
import { createNeighbours } from './neighbours.ts'

/** What {@link mdnsTargets} needs. */
export interface MdnsOptions {
  readonly log: Logger
  /** Of a monotonic clock. */
  readonly nowMs: () => number
  /** The interfaces of this machine. */
  readonly interfaces?: typeof networkInterfaces
}

/** Pauses before each question to the network: some more at first, since packets get lost, then always the last. */
const PAUSES_MS = [1000, 3000, 10_000, 20_000]
const SILENCE = { silentMs: 70_000, answeringMs: 600_000 }
const ASKING = 'ask for apps on the local network'
/** Services that one question may find before the rest is passed over: anybody can answer, as often as they like. */
const MAX_ANSWERS = 64

/**
 * Apps that announce themselves on the local network by multicast DNS (`_scope._tcp`). An app is known within a second of its start,
 * and when it stops; one that vanishes without a word is dropped after a grace.
 */
export const mdnsTargets = ({ log, nowMs, interfaces }: MdnsOptions): TargetSource => ({
  watch(changed, isAnswering = () => true, guard = unguarded) {
    const neighbours = createNeighbours(SILENCE)
    /** What stops listening for answers to the last two questions on each network. */
    const listening = new Map<string, readonly (() => void)[]>()
    const tell = (): void => changed({ targets: neighbours.targets(), unresolved: [] })

    const targetOf = (service: HeardService): Target | undefined => {
      const app = readService(service, (address) => isNeighbour(address, lan.addresses()))
      return app && { ...app, origin: 'discovered' }
    }
    /** Asks on one network, and listens for answers and goodbyes. */
    const ask = (bonjour: Bonjour): (() => void) => {
      let answers = 0
      const browser = bonjour.find({ type: SERVICE_TYPE })
      const hear = (service: HeardService): void => {
        answers += 1
        if (answers >= MAX_ANSWERS) browser.stop()
        const target = targetOf(service)
        if (target === undefined || !neighbours.heard(target, nowMs())) return
        log.info('an app is on the local network', { app: target.url })
        tell()
      }
      browser.on('up', hear)
      browser.on('srv-update', hear)
      browser.on('down', (service: HeardService) => {
        const target = targetOf(service)
        if (target !== undefined && neighbours.left(targetId(target))) tell()
      })
      return () => browser.stop()
    }

    const responders = new Map<string, Bonjour>()
    const question = (address: string): void => {
      const bonjour = responders.get(address)
      if (bonjour === undefined) return
      const recent = listening.get(address) ?? []
      // The last one goes on until the next: a goodbye may come before anybody has answered the new question.
      for (const stop of recent.slice(0, -1)) stop()
      listening.set(address, [...recent.slice(-1), ask(bonjour)])
    }
    changed({ targets: [], unresolved: [] })
    const lan = onEveryLan({
      ...{ log, guard, ...(interfaces && { interfaces }) },
      joined: (bonjour, address) => {
        responders.set(address, bonjour)
        // The addresses of the networks are known only when this has returned.
        setImmediate(() => guard(ASKING, () => question(address)))
      },
      left: (address) => {
        responders.delete(address)
        listening.delete(address)
      },
    })
    let asked = 0
    let timer: NodeJS.Timeout
    const plan = (): void => {
      timer = setTimeout(
        () => {
          guard(ASKING, () => runAll([...responders.keys()].map((address) => () => question(address))))
          guard('forget apps that have left the local network', () => {
            if (neighbours.expire(nowMs(), isAnswering)) tell()
          })
          plan()
        },
        PAUSES_MS[Math.min(asked++, PAUSES_MS.length - 1)],
      )
    }
    plan()

    return () => {
      clearTimeout(timer)
      responders.clear()
      for (const stop of [...listening.values()].flat()) stop()
      void lan.stop()
    }
  },
})
