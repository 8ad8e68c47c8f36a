import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { MAX_EVENTS_KEPT } from '../api/event.ts'
import type { AppDetails } from '../api/types.ts'
import { openAppAudit } from '../audit/places.ts'
import { createFaults } from '../log/faults.ts'
import { openSocketOwners } from '../native/netlink/socket-owner.ts'
import { PROTOCOL } from '../report/schema.ts'
import { ensureAppDir } from '../state/app-dir.ts'
import { readAppSecrets } from '../state/app-secrets.ts'
import { verifiedFirst } from '../topology/claims/verified-first.ts'
import type { EventDraft } from '../topology/events/draft.ts'
import { defaultNamedServices, namedServices } from '../topology/named-services.ts'
import { Pipeline } from '../topology/pipeline/pipeline.ts'
import type { RenderContext } from '../topology/render-context.ts'
import { hostNamer } from '../topology/reports/host-names.ts'
import { catalogue } from '../topology/view/catalogue.ts'
import { type GivenOptions, parseOptions, type ViewOptions } from '../topology/views.ts'
import { createUsers } from '../users/users.ts'
import { version } from '../version.ts'
import { makeAccess } from './access/access.ts'
import { authorise } from './access/authorise.ts'
import { createLocalPeers } from './access/peer/local-peers.ts'
import { readOverflowUid } from './access/peer/user-namespace.ts'
import { rulesOf } from './access/rules.ts'
import { openAccounts } from './accounts/open-accounts.ts'
import type { App, AppOptions } from './app-options.ts'
import { auditLife } from './audit/app-life.ts'
import { tellingEvents } from './audit/audit-events.ts'
import { auditHandler } from './audit/audit-handler.ts'
import { acceptChannels } from './channel/accept-channel.ts'
import { ProbeChannels } from './channel/probe-channels.ts'
import { rouseProbes } from './channel/rouse-probes.ts'
import { createQuietCollector } from './collect-when-quiet.ts'
import { connectionsHandler } from './connections/connections-handler.ts'
import { controlsHandler } from './controls/controls-handler.ts'
import { refusalsFor } from './controls/refusals-for.ts'
import { useControlHandler } from './controls/use-control.ts'
import { createUseLog } from './controls/use-log.ts'
import { EventFeed } from './events/event-feed.ts'
import { eventHandlers } from './events/event-handlers.ts'
import { EventLog } from './events/event-log.ts'
import { FindingFeed } from './findings/finding-feed.ts'
import { findingHandlers } from './findings/finding-handlers.ts'
import { healthOf } from './health.ts'
import { measureMemory } from './held-memory.ts'
import { BytesInFlight, defaultBytesInFlightLimits } from './http/sending/in-flight.ts'
import { answerJson } from './http/sending/json.ts'
import { KeptChunks } from './http/sending/kept-chunks.ts'
import { socketServer } from './http/sockets/socket-server.ts'
import { routeUpgrades } from './http/sockets/upgrade.ts'
import { parseListenAddress } from './listen/address.ts'
import { listen, urlsOf } from './listen/listen.ts'
import { isOpenToNetwork } from './listen/open-to-network.ts'
import { defaultServerLimits, makeServer } from './listen/server.ts'
import { MetricStores } from './metrics/metric-stores.ts'
import { Onlookers } from './onlookers.ts'
import { openApiHandler } from './openapi/openapi-handler.ts'
import { defaultPipeLimits } from './pipes/held-pipes.ts'
import { servePipes } from './pipes/pipe-handlers.ts'
import { portsHandler } from './ports/ports-handler.ts'
import { probeSummaries } from './probes/probe-summaries.ts'
import { defaultPushLimits, Push } from './push/push.ts'
import { rawReportsHandler } from './raw/raw-reports-handler.ts'
import { silenceLimitMs } from './reports/admission.ts'
import { makeEntrance } from './reports/intake/entrance.ts'
import { defaultIntake } from './reports/intake/intake-choices.ts'
import { type IntakeLimits, intakeLimitsOf } from './reports/intake/intake-limits.ts'
import { receiveGoodbyes } from './reports/intake/receive-goodbye.ts'
import { LatestReports } from './reports/latest-reports.ts'
import { ListeningClock } from './reports/listening-clock.ts'
import { receiveReports } from './reports/receive-report.ts'
import { RecentReports } from './reports/recent-reports.ts'
import { UnverifiedAdmission } from './reports/unverified/admission.ts'
import { UnverifiedGate } from './reports/unverified/gate.ts'
import { maxKnownHosts } from './reports/unverified/known-hosts.ts'
import { KnownHostsFile, knownHostsPath } from './reports/unverified/known-hosts-file.ts'
import { unverifiedBoundsOf, unverifiedLimitsOf } from './reports/unverified/limits.ts'
import { makeRoutes } from './routes.ts'
import { searchHandlers } from './search/search-handlers.ts'
import { keepCertificate } from './tls/keeper.ts'
import { byHidden } from './views/by-hidden.ts'
import { DetailsDocuments } from './views/details-documents.ts'
import { Renders } from './views/renders.ts'
import { viewHandlers } from './views/view-handlers.ts'

export type { App, AppLimits, AppOptions } from './app-options.ts'

const SWEEP_INTERVAL_MS = 10_000
const MAX_FRAME_BYTES = 4096
/** Total length of the kept events as JSON: several times what 10,000 typical events need. */
const MAX_EVENTS_LENGTH = 32 * 1024 * 1024

/**
 * Starts the app, which receives probes' reports and serves the map.
 *
 * @throws {ListenError} when it cannot listen at the address
 * @throws {CertificateError} when the certificate cannot be used
 * @throws {StateError} when the state directory cannot be used
 */
export const startApp = async (options: AppOptions): Promise<App> => {
  const { stateDir, windowMs, webRoot, limits, log } = options
  const address = parseListenAddress(options.address)
  const { token: secret, ...identity } = options.secrets ?? (await readAppSecrets(stateDir))
  // Ms since 1970, but monotonic: setting the system clock does not make it jump.
  const nowMs = (): number => performance.timeOrigin + performance.now()

  const faults = createFaults({ nowMs, log })
  const keeper =
    options.certificate &&
    (await keepCertificate({ source: options.certificate, faults, log, nowMs: () => Date.now() }))
  const tell = (event: EventDraft): void => {
    events.add([event])
    push.notify()
  }
  const audit = tellingEvents(openAppAudit(stateDir, faults), { tell, nowMs })
  const uses = createUseLog({ audit, tell, nowMs })
  const rules = rulesOf(options.access ?? {}, hostname(), address.host)
  const directory = await ensureAppDir(stateDir)
  const accounts = openAccounts({
    directory,
    nowMs: Date.now,
    guard: faults.guardOf('accounts'),
  })
  const sending = new BytesInFlight({ ...defaultBytesInFlightLimits, ...limits?.sending }, nowMs)
  const metrics = new MetricStores()
  const intake = intakeLimitsOf({ ...defaultIntake, ...limits?.intake })
  const unverifiedLimits = unverifiedLimitsOf(intake.report)
  const bounds = { ...unverifiedBoundsOf(intake.report), ...limits?.unverified }
  const knownHosts = new KnownHostsFile({
    path: knownHostsPath(directory),
    max: { ...maxKnownHosts, unverified: bounds.knownHosts },
    faults,
    nowMs,
  })
  const listening = new ListeningClock(nowMs)
  const latest: LatestReports = new LatestReports({
    windowMs,
    listeningMs: () => listening.now(),
    unverified: new UnverifiedAdmission({ knownHosts, bounds, limits: unverifiedLimits, nowMs }),
    limits: intake.report,
    unverifiedLimits,
    inAll: intake.inAll,
    log,
    faults,
    nowMs,
    accepted: (held, told, silenceMs) => metrics.record(held, silenceMs, told),
    changed: () => reports.notify(),
  })
  const held = () => latest.held
  const reports = new RecentReports({
    held,
    show: verifiedFirst(),
    changed: () => {
      push.notify()
      eventFeed.notify()
      findingFeed.notify()
    },
    guard: faults.guardOf('reports'),
    nowMs,
  })
  const tellApart = hostNamer()
  const recent = () => tellApart(reports.current)
  const context: RenderContext = {
    isNamedService: namedServices(options.namedServices ?? defaultNamedServices),
    labelFilters: options.labelFilters ?? [],
    ...(options.metricsGraph !== undefined && { metricsGraph: options.metricsGraph }),
  }
  const makePipeline = () => new Pipeline(context)
  const kept = new KeptChunks()
  const renders = new Renders(recent, makePipeline, kept)
  const allRenders = [renders]
  const rendersFor = byHidden(renders, (hide) => {
    const ofHidden = new Renders(() => hide(recent()), makePipeline, kept)
    allRenders.push(ofHidden)
    return ofHidden
  })
  const push = new Push({ limits: { ...defaultPushLimits, ...limits?.push }, sending, log, faults, nowMs })
  const onlookers = new Onlookers({
    sockets: () => push.size,
    windowMs,
    begun: () => void rouseProbes(channels, log.child('channel')),
    nowMs,
  })
  const events = new EventLog({ events: MAX_EVENTS_KEPT, length: MAX_EVENTS_LENGTH })
  const eventFeed = new EventFeed({
    held: recent,
    pipeline: () => renders.pipeline,
    silenceLimitMs: (envelope) => silenceLimitMs(windowMs, envelope),
    events,
    faults,
    nowMs,
    added: () => push.notify(),
  })
  const findingFeed = new FindingFeed({
    held: recent,
    pipeline: () => renders.pipeline,
    silenceLimitMs: (envelope) => silenceLimitMs(windowMs, envelope),
    faults,
    nowMs,
    changed: () => push.notify(),
  })
  const detailsDocuments = new DetailsDocuments(kept)
  const memory = () => measureMemory({ samples: metrics, answers: kept, details: detailsDocuments, sending })
  const collectWhenQuiet = createQuietCollector()
  const sweeper = setInterval(() => {
    faults.guardOf('metrics')('forget old samples', () => metrics.sweep(nowMs()))
    faults.guardOf('views')('drop views that nobody asks for', () => {
      for (const one of allRenders) one.sweep()
      kept.sweep()
    })
    collectWhenQuiet()
  }, SWEEP_INTERVAL_MS)
  const details = appDetails(options.demo ?? false, intake)
  const challenge = randomBytes(32).toString('base64url')
  const channels = new ProbeChannels()

  const peers = createLocalPeers({
    owners: openSocketOwners(),
    users: createUsers('/proc', nowMs),
    viewers: new Set([0, ...(options.localUsers ?? [process.getuid?.() ?? 0])]),
    overflowUid: readOverflowUid('/proc'),
    log: log.child('access'),
  })
  const access = makeAccess({ rules, accounts, peers, audit, token: secret, faults })
  const served = servePipes({
    limits: { ...defaultPipeLimits, ...limits?.pipes },
    subjects: access.subjects,
    audit,
    nowMs,
    faults,
  })

  const refusals = refusalsFor(rules, channels)
  const gate = new UnverifiedGate({
    rules,
    users: new Set(options.launchedBy ?? [process.getuid?.() ?? 0]),
    bounds,
    nowMs,
  })

  const unverifiedGate = () => (isOpenToNetwork(server) && !rules.requireClusterKey ? gate : undefined)
  const enter = makeEntrance({
    ...{ challenge, clusterKey: identity.clusterKey, limits: intake, nowMs },
    unverified: unverifiedGate,
    ownerOf: ({ socket }) => peers.ask(socket),
  })

  const routes = makeRoutes(
    {
      ...viewHandlers({
        rendersFor,
        metrics,
        push,
        detailsDocuments,
        refusalsFor: refusals,
      }),
      ...searchHandlers({ renders }),
      controls: controlsHandler({ renders, refusalsFor: refusals }),
      useControl: useControlHandler({
        held,
        rules,
        channels,
        pipes: served.pipes,
        uses,
      }),
      ports: portsHandler({ held: recent, renders }),
      appDetails: (c) => answerJson(c, JSON.stringify(details)),
      views: (c) =>
        answerJson(
          c,
          JSON.stringify(renders.pipeline.describe(recent(), optionsOfAll(c.req.valid('query')))),
        ),
      ...eventHandlers({ log: events, push }),
      ...findingHandlers({ current: () => findingFeed.document, push }),
      ...access.handlers,
      ...served.handlers,
      audit: auditHandler(audit),
      openApi: openApiHandler(),
      rawReports: rawReportsHandler(held),
      probes: (c) =>
        answerJson(
          c,
          JSON.stringify(
            c.req.valid('query').sparse === undefined
              ? probeSummaries(tellApart(held()), nowMs())
              : held().length > 0,
          ),
        ),
      health: (c) => {
        const maySee = authorise(c.get('authentication').subject, 'app:read', rules) === undefined
        return answerJson(c, JSON.stringify(healthOf(faults, held().length, memory, maySee)))
      },
      receiveReport: receiveReports({
        ...{ enter, identity, unverifiedLimits, log, nowMs, clockMs: Date.now },
        limits: { ...intake, uploads: { ...intake.uploads, ...limits?.uploads } },
        unverified: unverifiedGate,
        restMs: () => onlookers.restMs(),
        take: (report, sender) => latest.take(report, sender),
      }),
      receiveGoodbye: receiveGoodbyes({
        enter,
        take: (goodbye, verified) => latest.leave(goodbye, verified),
      }),
      connections: connectionsHandler({ held: recent, renders, channels, log: log.child('connections') }),
      probeChannel: acceptChannels({
        challenge,
        identity,
        held,
        maxProbes: intake.inAll.probes,
        channels,
        audit,
        log: log.child('channel'),
        faults,
      }),
    },
    {
      guard: access.guard,
      webRoot: resolve(webRoot),
      faults,
      sending,
      onlookers,
      live: { windowMs, nowMs },
    },
  )
  const serverLimits = { ...defaultServerLimits(intake.inAll.probes), ...limits?.server }
  const { server, useCertificate, closeAllConnections } = makeServer(
    routes,
    serverLimits,
    peers,
    keeper?.pair,
  )
  routeUpgrades(server, routes, socketServer(MAX_FRAME_BYTES), { log, faults })

  const release = async (): Promise<void> => {
    clearInterval(sweeper)
    peers.stop()
    latest.stop()
    listening.stop()
    await knownHosts.stop()
    keeper?.stop()
    reports.stop()
    eventFeed.stop()
    findingFeed.stop()
    uses.stop()
    await Promise.all([push.stop(), served.stop()])
    await channels.stop()
    access.stop()
    accounts.close()
    await audit.stop()
  }
  try {
    const port = await listen(server, address, options.address)
    const urls = urlsOf(address, port, keeper === undefined ? 'http' : 'https')
    server.on('error', (error) => log.error('the server failed', { error }))
    log.info('the app listens', { urls })
    const life = auditLife(audit, urls[0])
    life.started()
    keeper?.follow((pair, served) => {
      useCertificate(pair)
      options.certificateRenewed?.(served)
    })
    return {
      port,
      urls,
      get certificate() {
        return keeper?.served
      },
      async stop() {
        const closed = new Promise<void>((done) => server.close(() => done()))
        life.stopping()
        await release()
        closeAllConnections()
        await closed
        log.info('the app stopped')
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

// The query names options without naming a view, so they are parsed for each view; a view ignores those it does not
// have.
const optionsOfAll = (given: GivenOptions): Record<string, ViewOptions> =>
  Object.fromEntries(catalogue.map(({ id }) => [id, parseOptions(id, given)]))

const appDetails = (demo: boolean, { report, postsPerSecond, inAll }: IntakeLimits): AppDetails => ({
  id: randomBytes(8).toString('hex'),
  version,
  hostname: hostname(),
  plugins: [],
  capabilities: { historic_reports: false },
  protocols: [PROTOCOL],
  limits: { ...report, postsPerSecond },
  limitsInAll: inAll,
  ...(demo ? { demo } : {}),
})
