import { networkInterfaces } from 'node:os'
import type { Bonjour } from 'bonjour-service'
import { type Guard, runAll } from '../log/faults.ts'
import { describeError, type Logger } from '../log/log.ts'
import { type LanAddress, lanAddresses } from './lan.ts'
import { createResponder } from './responder.ts'

const LOOK_EVERY_MS = 10_000
const END_WITHIN_MS = 1000

/** What {@link onEveryLan} needs. */
export interface EveryLanOptions {
  readonly log: Logger
  /** Records what goes wrong while it looks for networks, instead of ending the process. */
  readonly guard: Guard
  /** Called for each local network, also when one is there later. */
  readonly joined: (bonjour: Bonjour, address: string) => void
  /** Called when this machine has left a network. */
  readonly left?: (address: string) => void
  /** Which addresses are of interest; all by default. */
  readonly isWanted?: (address: string) => boolean
  readonly interfaces?: typeof networkInterfaces
  readonly everyMs?: number
}

/** Multicast DNS on all local networks of this machine, for as long as it is on them. */
export interface EveryLan {
  /** Addresses of this machine on these networks. */
  addresses(): readonly LanAddress[]
  /** Says that what was announced is gone, and stops. */
  stop(): Promise<void>
}

/** Joins multicast DNS on each local network. What fails there is logged, the same failure once. */
export const onEveryLan = (options: EveryLanOptions): EveryLan => {
  const {
    log,
    guard,
    joined,
    left = () => {},
    isWanted = () => true,
    interfaces = networkInterfaces,
  } = options
  const responders = new Map<string, Bonjour>()
  const told = new Set<string>()
  let addresses: readonly LanAddress[] = []

  const tell = (address: string) => (error: Error) => {
    const fields = { address, error: describeError(error) }
    const text = JSON.stringify(fields)
    if (told.has(text) || told.size > 100) return
    told.add(text)
    log.warn('multicast DNS does not work as it should', fields)
  }

  const look = (): void => {
    addresses = lanAddresses(interfaces()).filter(({ address }) => isWanted(address))
    for (const [address, bonjour] of responders) {
      if (addresses.some((one) => one.address === address)) continue
      responders.delete(address)
      bonjour.destroy()
      left(address)
    }
    runAll(
      addresses.map(
        ({ address }) =>
          () =>
            join(address),
      ),
    )
  }

  const join = (address: string): void => {
    if (responders.has(address)) return
    const bonjour = createResponder(address, tell(address))
    try {
      joined(bonjour, address)
    } catch (error) {
      bonjour.destroy()
      throw error
    }
    responders.set(address, bonjour)
  }

  const lookSafely = (): void => guard('look for local networks', look)
  lookSafely()
  const timer = setInterval(lookSafely, options.everyMs ?? LOOK_EVERY_MS)
  return {
    addresses: () => addresses,
    async stop() {
      clearInterval(timer)
      await Promise.all([...responders.values()].map(end))
      responders.clear()
    },
  }
}

const end = (bonjour: Bonjour): Promise<void> =>
  new Promise((resolve) => {
    const destroy = (): void => {
      clearTimeout(timer)
      bonjour.destroy(() => resolve())
    }
    const timer = setTimeout(destroy, END_WITHIN_MS)
    bonjour.unpublishAll(destroy)
  })
