import { isDeepStrictEqual } from 'node:util'
import type { Logger } from '../../../log/log.ts'
import type { DockerClient } from '../daemon/client.ts'
import type { ContainerMessage, EventMessage, ImageMessage, NetworkMessage } from '../daemon/messages.ts'
import { createRefresher } from './refresher.ts'

/** The containers, images and networks of a daemon, kept up to date by its events. */
export interface Inventory {
  readonly containers: ReadonlyMap<string, ContainerMessage>
  readonly images: ReadonlyMap<string, ImageMessage>
  readonly networks: ReadonlyMap<string, NetworkMessage>
  /** How many times Docker reported that the kernel killed a process of the container for lack of memory. */
  oomKills(id: string): number
  /** Incremented with each change. */
  version(): number
  /**
   * Requests everything. Rejects when the daemon does not answer. Afterwards, containers, images and networks that the
   * daemon no longer has are removed.
   */
  refreshAll(): Promise<void>
  /** Handles an event: the object that it is about is requested again. */
  handle(event: EventMessage): void
  /** Number of requests that failed. */
  errors(): number
  /** Stops all requests, and keeps what is known. */
  suspend(): void
  /** Forgets everything. */
  clear(): void
}

const INSPECTS_AT_ONCE = 8
const RETRY_MS = 2000
/** How long to wait before listing, so that a burst of events about images or networks leads to one request. */
const LIST_DELAY_MS = 200

const byId = <T extends { readonly Id: string }>(list: readonly T[]): Map<string, T> =>
  new Map(list.map((item) => [item.Id, item]))

/** @param changed called after each change */
export const createInventory = (client: DockerClient, log: Logger, changed: () => void): Inventory => {
  const containers = new Map<string, ContainerMessage>()
  let images = new Map<string, ImageMessage>()
  let networks = new Map<string, NetworkMessage>()
  const oomKills = new Map<string, number>()
  const timers = new Map<string, NodeJS.Timeout>()
  let suspended = false
  let version = 0
  let errors = 0

  const touch = (): void => {
    version++
    changed()
  }

  const later = (what: string, delayMs: number, action: () => void): void => {
    if (suspended || timers.has(what)) return
    timers.set(
      what,
      setTimeout(() => {
        timers.delete(what)
        action()
      }, delayMs),
    )
  }

  const failed = (what: string, error: unknown, again: () => void): void => {
    if (suspended) return
    errors++
    log.debug(`Docker did not tell of ${what}; it is asked again`, { error })
    later(what, RETRY_MS, again)
  }

  const remove = (id: string): void => {
    oomKills.delete(id)
    if (containers.delete(id)) touch()
  }

  const inspect = async (id: string): Promise<void> => {
    try {
      const container = await client.container(id)
      if (suspended) return
      // The container was removed between the event and the request.
      if (container === undefined) return remove(id)
      if (isDeepStrictEqual(containers.get(id), container)) return
      containers.set(id, container)
      touch()
      const known = Object.values(container.NetworkSettings.Networks).every(
        (endpoint) => !endpoint?.NetworkID || networks.has(endpoint.NetworkID),
      )
      if (!known) later('networks', LIST_DELAY_MS, listNetworks)
    } catch (error) {
      failed(`container ${id}`, error, () => refresher.request(id))
    }
  }
  const refresher = createRefresher(INSPECTS_AT_ONCE, inspect)

  const takeImages = (list: Map<string, ImageMessage>): void => {
    if (suspended || isDeepStrictEqual(images, list)) return
    images = list
    touch()
  }
  const takeNetworks = (list: Map<string, NetworkMessage>): void => {
    if (suspended || isDeepStrictEqual(networks, list)) return
    networks = list
    touch()
  }
  const listImages = (): void => {
    client
      .images()
      .then((list) => takeImages(byId(list)))
      .catch((error: unknown) => failed('images', error, listImages))
  }
  const listNetworks = (): void => {
    client
      .networks()
      .then((list) => takeNetworks(byId(list)))
      .catch((error: unknown) => failed('networks', error, listNetworks))
  }

  const handleContainer = (id: string, action: string): void => {
    if (id === '') return
    if (action === 'destroy') remove(id)
    if (action === 'oom' && containers.has(id)) {
      oomKills.set(id, (oomKills.get(id) ?? 0) + 1)
      touch()
    }
    // Also after `destroy`: a pending inspection may add the container again.
    refresher.request(id)
  }

  return {
    containers,
    get images() {
      return images
    },
    get networks() {
      return networks
    },
    oomKills: (id) => oomKills.get(id) ?? 0,
    version: () => version,
    async refreshAll() {
      suspended = false
      const [ids, imageList, networkList] = await Promise.all([
        client.containerIds(),
        client.images(),
        client.networks(),
      ])
      takeNetworks(byId(networkList))
      takeImages(byId(imageList))
      // Known containers that are not listed are requested as well: they are removed when the answer is "not found",
      // not because they are missing in the list.
      for (const id of new Set([...containers.keys(), ...ids])) refresher.request(id)
      await refresher.idle()
    },
    handle({ Type, Action, Actor }) {
      switch (Type) {
        case 'container':
          return handleContainer(Actor.ID, Action)
        case 'network':
          if (Action === 'connect' || Action === 'disconnect')
            handleContainer(Actor.Attributes.container ?? '', Action)
          else later('networks', LIST_DELAY_MS, listNetworks)
          return
        case 'image':
          return later('images', LIST_DELAY_MS, listImages)
      }
    },
    errors: () => errors,
    suspend() {
      suspended = true
      refresher.clear()
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
    clear() {
      if (containers.size + images.size + networks.size === 0) return
      containers.clear()
      images = new Map()
      networks = new Map()
      touch()
    },
  }
}
