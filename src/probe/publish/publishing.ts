import type { KeyObject } from 'node:crypto'
import type { Guard } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import type { Trust } from '../../tls/trust.ts'
import type { TrustApp } from '../apps/app-keys.ts'
import type { Epoch } from '../feed/epoch.ts'
import type { ReportFeed } from '../feed/report-feed.ts'
import { type Target, type TargetSource, targetId, type UnresolvedTarget } from '../targets/target.ts'
import { createAppClaims } from './app-claims.ts'
import type { PublishStatus } from './publish-status.ts'
import { type Publisher, startPublisher } from './publisher.ts'

/** What a channel needs to know of its app and of what is reported to it. */
export interface ChannelSubject {
  readonly target: Target
  readonly epoch: Epoch
  /** The app's key, see {@link PublishStatus.appKey}. */
  readonly appKey: () => string | undefined
  /** What was last sent to this app; undefined when nothing was. */
  readonly reported: Publisher['sent']
  /** See {@link Publisher.endRest}. */
  readonly endRest: Publisher['endRest']
}

/** A channel to one app, see `openChannel`. */
interface Channel {
  wake(): void
  stop(): Promise<void>
}

/** What {@link startPublishing} needs. */
export interface PublishingOptions {
  readonly source: TargetSource
  /** The reports that all apps get. */
  readonly feed: ReportFeed
  /** Interval of its beats. */
  readonly intervalMs: number
  readonly probeId: string
  readonly probeKey: KeyObject
  readonly clusterKey: Uint8Array
  /** By what the certificate of a target is verified, asked for each connection. */
  readonly trustOf: (target: Target) => Trust
  /** How far the app of a target is trusted. */
  readonly trustFor: (target: Target) => TrustApp
  readonly openChannel: (subject: ChannelSubject) => Channel
  readonly log: Logger
  /** Records what goes wrong while targets are looked for, instead of ending the probe. */
  readonly guard: Guard
  /** Called when more than numbers of the status changed. */
  readonly onStatus: () => void
}

/** Publishing to all apps that a source of targets finds. */
export interface Publishing {
  /** One entry for each target, then one for each name that leads to none. */
  status(): PublishStatus[]
  stop(): Promise<void>
}

interface Running {
  readonly publisher: Publisher
  stop(): Promise<void>
}

/** Keeps one publisher and one channel for each target, for as long as the target is there. */
export const startPublishing = (options: PublishingOptions): Publishing => {
  const { source, feed, probeId, probeKey, clusterKey, intervalMs, trustOf, trustFor, log, guard, onStatus } =
    options
  const claims = createAppClaims()
  const running = new Map<string, Running>()
  const stopping = new Set<Promise<void>>()
  let unresolved: readonly UnresolvedTarget[] = []

  const start = (target: Target): Running => {
    const claim = claims.of(target, () => publisher.wake())
    const publisher = startPublisher({
      ...{ target, feed, probeId, probeKey, clusterKey, claim, intervalMs, log },
      trustOf: () => trustOf(target),
      trust: trustFor(target),
      onStatus() {
        channel.wake()
        onStatus()
      },
    })
    const channel = options.openChannel({
      ...{ target, epoch: publisher.epoch },
      appKey: () => publisher.status().appKey,
      reported: publisher.sent,
      endRest: publisher.endRest,
    })
    return {
      publisher,
      async stop() {
        await Promise.all([publisher.stop(), channel.stop()])
        claim.end()
      },
    }
  }

  const end = (id: string, { stop }: Running): void => {
    running.delete(id)
    const stopped = stop()
      .catch((error: unknown) => log.error('an app that is gone is still reported to', { target: id, error }))
      .finally(() => stopping.delete(stopped))
    stopping.add(stopped)
  }

  const isAnswering = (target: Target): boolean => {
    const state = running.get(targetId(target))?.publisher.status().state
    return state !== 'waiting' && state !== 'away'
  }

  const stopWatching = source.watch(
    (found) => {
      unresolved = found.unresolved
      const wanted = new Map(found.targets.map((target) => [targetId(target), target]))
      for (const [id, one] of running) if (!wanted.has(id)) end(id, one)
      for (const [id, target] of wanted) if (!running.has(id)) running.set(id, start(target))
      onStatus()
    },
    isAnswering,
    guard,
  )

  return {
    status: () => [
      ...[...running.values()].map(({ publisher }) => publisher.status()),
      ...unresolved.map(({ url, reason }): PublishStatus => ({ url, reason, state: 'unresolved' })),
    ],
    async stop() {
      stopWatching()
      for (const [id, one] of running) end(id, one)
      await Promise.all(stopping)
    },
  }
}
