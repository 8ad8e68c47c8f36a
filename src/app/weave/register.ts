import { type Guard, guardLater } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import { createBackoff } from '../../pacing/backoff.ts'
import { bridgeAddresses } from '../../weave/bridge.ts'
import type { RouterClient } from '../../weave/router-client.ts'
import { RouterError } from '../../weave/router-error.ts'
import { exposedAddress } from './expose.ts'

/** With which address an app is registered in weaveDNS, or why it is not, in plain words. */
export type Registration = { readonly address: string } | { readonly why: string }

/** What {@link registerInWeave} needs. */
export interface RegisterOptions {
  readonly client: RouterClient
  /** The name to be found by, without a dot at the end: `scope.weave.local`. */
  readonly name: string
  /** See `ownId`. */
  readonly id: string
  readonly log: Logger
  /** Records what goes wrong but for the router itself, instead of ending the app. */
  readonly guard: Guard
  /** Called when that is other than before. */
  readonly changed?: (now: Registration) => void
  /** The addresses of this machine in its Weave network. */
  readonly ownAddresses?: () => readonly string[]
  readonly random?: () => number
  /** Pause before it registers again, in case the router was started anew, and the longest one while there is no router. */
  readonly everyMs?: number
  readonly longestPauseMs?: number
}

const EVERY_MS = 10_000
const LONGEST_PAUSE_MS = 60_000
const WITHDRAW_LIMIT_MS = 2000
/** Different troubles that are logged. */
const MAX_TOLD = 5

/**
 * Registers an app in the weaveDNS of its machine (`PUT /name/ID/IP`, nameserver/http.go), with the machine's address in the Weave
 * network, and again and again, since a router that is started anew may have forgotten it. While there is no router, nothing happens.
 *
 * @returns withdraws the name, and ends
 */
export const registerInWeave = (options: RegisterOptions): { stop(): Promise<void> } => {
  const { client, name, id, log, guard, changed = () => {}, ownAddresses = bridgeAddresses } = options
  const { everyMs = EVERY_MS, longestPauseMs = LONGEST_PAUSE_MS, random = Math.random } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const backoff = createBackoff({ firstMs: everyMs, longestMs: longestPauseMs, random })
  const told = new Set<string>()
  let registered: string | undefined
  /** With which address the name may still be in weaveDNS, also when the router does not answer. */
  let held: string | undefined
  let latest = ''
  let isFirst = true
  let timer: NodeJS.Timeout | undefined

  // Go's FormValue reads no body of a DELETE.
  const fqdn = new URLSearchParams({ fqdn: `${name}.` })
  const pathOf = (address: string): string => `/name/${encodeURIComponent(id)}/${address}`

  const tell = (now: Registration): void => {
    const text = JSON.stringify(now)
    if (text === latest) return
    changed(now)
    latest = text
  }

  const withdraw = async (address: string): Promise<void> => {
    const limit = AbortSignal.timeout(WITHDRAW_LIMIT_MS)
    await client.ask({ method: 'DELETE', path: `${pathOf(address)}?${fqdn}`, signal: limit })
  }

  const leftBehind = (error: unknown): void => {
    // A router that is gone has taken the name with it.
    if (error instanceof RouterError && error.trouble === 'absent') return
    log.warn('a name of the app stays in weaveDNS', { name, error })
  }

  const register = async (): Promise<void> => {
    const address = await exposedAddress(client, signal, ownAddresses)
    const before = held
    // An app that was killed has withdrawn nothing, and had another address perhaps.
    if (isFirst)
      await client.ask({ method: 'DELETE', path: `/name/${encodeURIComponent(id)}?${fqdn}`, signal })
    isFirst = false
    const { status } = await client.ask({
      method: 'PUT',
      path: pathOf(address),
      form: { fqdn: `${name}.` },
      signal,
    })
    if (status !== 204) throw new RouterError('broken', `weaveDNS does not take the name (${status})`)
    if (registered !== address) log.info('the app is registered in weaveDNS', { name, address })
    registered = address
    held = address
    tell({ address })
    if (before !== undefined && before !== address) await withdraw(before).catch(leftBehind)
  }

  const failed = (error: RouterError): void => {
    if (registered !== undefined)
      log.info('the app is not registered in weaveDNS any more', { name, why: error.message })
    registered = undefined
    const isAbsent = error.trouble === 'absent'
    tell({
      why: isAbsent
        ? `no Weave router at ${client.address}`
        : `the Weave router at ${client.address}: ${error.message}`,
    })
    if (isAbsent || told.has(error.message) || told.size >= MAX_TOLD) return
    told.add(error.message)
    log.warn('the app cannot be registered in weaveDNS', { router: client.address, why: error.message })
  }

  const look = async (): Promise<void> => {
    try {
      await register()
      backoff.reset()
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof RouterError)) throw error
      failed(error)
    }
  }
  const lookAndPlan = async (): Promise<void> => {
    await guardLater(guard, 'register the app in weaveDNS', look)
    if (signal.aborted) return
    timer = setTimeout(begin, registered === undefined ? backoff.next() : everyMs)
  }
  let looking = Promise.resolve()
  const begin = (): void => {
    looking = lookAndPlan()
  }
  begin()

  return {
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await looking
      if (held !== undefined) await withdraw(held).catch(leftBehind)
      client.close()
    },
  }
}
