import { randomBytes } from 'node:crypto'
import { MAX_EVENTS_KEPT } from '../../api/event.ts'
import type { HeldMemory } from '../../api/types.ts'
import type { AuditLog } from '../../audit/audit-log.ts'
import type { EventDraft } from '../../topology/events/draft.ts'
import { Pipeline } from '../../topology/pipeline/pipeline.ts'
import type { RenderContext } from '../../topology/render-context.ts'
import { catalogue } from '../../topology/view/catalogue.ts'
import { type GivenOptions, parseOptions, type ViewOptions } from '../../topology/views.ts'
import type { AppLimits } from '../app-options.ts'
import { acceptChannels } from '../channel/accept-channel.ts'
import { ProbeChannels } from '../channel/probe-channels.ts'
import { rouseProbes } from '../channel/rouse-probes.ts'
import { connectionsHandler } from '../connections/connections-handler.ts'
import { controlsHandler } from '../controls/controls-handler.ts'
import { refusalsFor } from '../controls/refusals-for.ts'
import { type UseControlOptions, useControlHandler } from '../controls/use-control.ts'
import { createUseLog } from '../controls/use-log.ts'
import { EventFeed } from '../events/event-feed.ts'
import { eventHandlers } from '../events/event-handlers.ts'
import { EventLog } from '../events/event-log.ts'
import { FindingFeed } from '../findings/finding-feed.ts'
import { findingHandlers } from '../findings/finding-handlers.ts'
import { measureMemory } from '../held-memory.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerDocument } from '../http/sending/answer-document.ts'
import type { BytesInFlight } from '../http/sending/in-flight.ts'
import { answerJson } from '../http/sending/json.ts'
import { KeptChunks } from '../http/sending/kept-chunks.ts'
import { SharedTexts } from '../http/sending/shared-texts.ts'
import { Onlookers } from '../onlookers.ts'
import { defaultPipeLimits } from '../pipes/held-pipes.ts'
import { type ServePipesOptions, servePipes } from '../pipes/pipe-handlers.ts'
import { portsHandler } from '../ports/ports-handler.ts'
import { probeSummaries } from '../probes/probe-summaries.ts'
import { defaultPushLimits, Push } from '../push/push.ts'
import { rawReportsHandler } from '../raw/raw-reports-handler.ts'
import { silenceLimitMs } from '../reports/admission.ts'
import type { IntakeLimits } from '../reports/intake/intake-limits.ts'
import { searchHandlers } from '../search/search-handlers.ts'
import { byHidden } from '../views/by-hidden.ts'
import { DetailsDocuments } from '../views/details-documents.ts'
import { Renders } from '../views/renders.ts'
import { viewHandlers } from '../views/view-handlers.ts'
import { openReported, type ReportedOptions } from './reported.ts'

/** Total length of the kept events as JSON: several times what 10,000 typical events need. */
const MAX_EVENTS_LENGTH = 32 * 1024 * 1024

/** What {@link openLiveMap} needs. */
export interface LiveMapOptions extends Omit<ReportedOptions, 'challenge' | 'restMs' | 'changed'> {
  readonly limits: AppLimits
  readonly context: RenderContext
  /** The bytes that are on their way to all readers of the app. */
  readonly sending: BytesInFlight
  /** Who still is what they were when their request was let pass. */
  readonly subjects: ServePipesOptions['subjects'] & UseControlOptions['subjects']
  readonly audit: AuditLog
}

/** The operations of a map; the others concern who asks, or the app as such. */
type MapOperation =
  | 'views'
  | 'document'
  | 'viewSocket'
  | 'details'
  | 'connections'
  | 'controls'
  | 'useControl'
  | 'ports'
  | 'search'
  | 'complete'
  | 'probes'
  | 'events'
  | 'eventsSocket'
  | 'findings'
  | 'findingsSocket'
  | 'rawReports'
  | 'receiveReport'
  | 'receiveGoodbye'
  | 'probeChannel'
  | 'pipeSocket'
  | 'checkPipe'
  | 'endPipe'
  | 'closePipe'

/** One map: what its probes report, what is made and shown of that, and the orders that its probes get. */
export interface LiveMap {
  readonly handlers: Pick<Handlers, MapOperation>
  /** What is taken of probes. */
  readonly limits: IntakeLimits
  /** Whether anybody looks at it. */
  readonly onlookers: Onlookers
  /** How many probes are held. */
  readonly probes: number
  /** Adds an event that was not derived from reports. */
  tell(event: EventDraft): void
  /** What is held in memory. */
  memory(): HeldMemory
  /** Forgets what is too old, and what nobody asks for. */
  sweep(): void
  /** Ends all sockets and pipes. */
  stop(): Promise<void>
}

/** Makes a map of which nothing is known yet, and which takes the reports of probes from now on. */
export const openLiveMap = (options: LiveMapOptions): LiveMap => {
  const { windowMs, limits, identity, rules, context, sending, subjects, audit, log, faults, nowMs } = options
  const challenge = randomBytes(32).toString('base64url')
  const reported = openReported({
    ...options,
    challenge,
    restMs: () => onlookers.restMs(),
    changed: () => {
      push.notify()
      eventFeed.notify()
      findingFeed.notify()
    },
  })
  const { held, shown, metrics } = reported

  const makePipeline = () => new Pipeline(context)
  const kept = new KeptChunks()
  const texts = new SharedTexts(kept)
  const renders = new Renders(shown, makePipeline, kept)
  const allRenders = [renders]
  const rendersFor = byHidden(renders, (hide) => {
    const ofHidden = new Renders(() => hide(shown()), makePipeline, kept)
    allRenders.push(ofHidden)
    return ofHidden
  })
  const detailsDocuments = new DetailsDocuments(kept)

  const push = new Push({ limits: { ...defaultPushLimits, ...limits.push }, sending, log, faults, nowMs })
  const channels = new ProbeChannels()
  const onlookers = new Onlookers({
    sockets: () => push.size,
    windowMs,
    begun: () => void rouseProbes(channels, log.child('channel')),
    nowMs,
  })
  const events = new EventLog({ events: MAX_EVENTS_KEPT, length: MAX_EVENTS_LENGTH })
  const derived = {
    held: shown,
    pipeline: () => renders.pipeline,
    silenceLimitMs: (envelope: Parameters<typeof silenceLimitMs>[1]) => silenceLimitMs(windowMs, envelope),
    faults,
    nowMs,
  }
  const eventFeed = new EventFeed({ ...derived, events, added: () => push.notify() })
  const findingFeed = new FindingFeed({ ...derived, changed: () => push.notify() })
  const tell = (event: EventDraft): void => {
    events.add([event])
    push.notify()
  }

  const uses = createUseLog({ audit, tell, guard: faults.guardOf('events'), nowMs })
  const refusals = refusalsFor(rules, channels)
  const served = servePipes({
    limits: { ...defaultPipeLimits, ...limits.pipes },
    ...{ subjects, audit, nowMs, faults },
  })

  return {
    handlers: {
      ...viewHandlers({ rendersFor, metrics, push, detailsDocuments, refusalsFor: refusals }),
      ...searchHandlers({ renders, texts }),
      controls: controlsHandler({ renders, refusalsFor: refusals, texts }),
      useControl: useControlHandler({
        ...{ held, rules, channels, pipes: served.pipes, uses, subjects },
        limits: limits.controls ?? {},
      }),
      ports: portsHandler({ held: shown, renders, texts }),
      views: (c) => {
        const { timestamp: _, ...given } = c.req.valid('query')
        const json = renders.once(JSON.stringify(['views', given]), () =>
          JSON.stringify(renders.pipeline.describe(shown(), optionsOfAll(given))),
        )
        return answerDocument(c, texts.of(json))
      },
      ...eventHandlers({ log: events, push, texts }),
      ...findingHandlers({ current: () => findingFeed.document, push, texts }),
      ...served.handlers,
      rawReports: rawReportsHandler(held),
      probes: (c) =>
        answerJson(
          c,
          JSON.stringify(
            c.req.valid('query').sparse === undefined
              ? probeSummaries(reported.named(), nowMs())
              : held().length > 0,
          ),
        ),
      ...reported.handlers,
      connections: connectionsHandler({
        ...{ held: shown, renders, channels, log: log.child('connections') },
        failingSinceMs: (records) => findingFeed.failingSinceMs(records),
      }),
      probeChannel: acceptChannels({
        ...{ challenge, identity, held, channels, audit, faults },
        maxProbes: reported.limits.inAll.probes,
        log: log.child('channel'),
      }),
    },
    limits: reported.limits,
    onlookers,
    get probes() {
      return held().length
    },
    tell,
    memory: () =>
      measureMemory({
        ...{ ...reported.memory, samples: metrics, answers: kept, sending },
        details: [detailsDocuments, texts],
      }),
    sweep() {
      faults.guardOf('metrics')('forget old samples', () => metrics.sweep(nowMs()))
      faults.guardOf('views')('drop views that nobody asks for', () => {
        for (const one of allRenders) one.sweep()
        kept.sweep()
        texts.sweep()
      })
    },
    async stop() {
      await reported.stop()
      eventFeed.stop()
      findingFeed.stop()
      uses.stop()
      await Promise.all([push.stop(), served.stop()])
      await channels.stop()
    },
  }
}

// The query names options without naming a view, so they are parsed for each view; a view ignores those it does not
// have.
const optionsOfAll = (given: GivenOptions): Record<string, ViewOptions> =>
  Object.fromEntries(catalogue.map(({ id }) => [id, parseOptions(id, given)]))
