import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { AppDetails } from '../api/types.ts'
import { openAppAudit } from '../audit/places.ts'
import { createFaults } from '../log/faults.ts'
import { openSocketOwners } from '../native/netlink/socket-owner.ts'
import { trimAllocator } from '../native/trim-allocator.ts'
import { PROTOCOL } from '../report/schema.ts'
import { ensureAppDir } from '../state/app-dir.ts'
import { readAppSecrets } from '../state/app-secrets.ts'
import { defaultNamedServices, namedServices } from '../topology/named-services.ts'
import { createUsers } from '../users/users.ts'
import { version } from '../version.ts'
import { makeAccess } from './access/access.ts'
import { authorise } from './access/authorise.ts'
import { createLocalPeers } from './access/peer/local-peers.ts'
import { readOverflowUid } from './access/peer/user-namespace.ts'
import { rulesOf } from './access/rules.ts'
import { openAccounts } from './accounts/open-accounts.ts'
import type { App, AppLimits, AppOptions } from './app-options.ts'
import { auditLife } from './audit/app-life.ts'
import { tellingEvents } from './audit/audit-events.ts'
import { auditHandler } from './audit/audit-handler.ts'
import { type ClientChoices, defaultClients } from './client-choices.ts'
import { clientLimitsOf, serverLimitsOf } from './client-limits.ts'
import { createClock } from './clock.ts'
import { createQuietCollector } from './collect-when-quiet.ts'
import { healthOf } from './health.ts'
import { BytesInFlight, defaultBytesInFlightLimits } from './http/sending/in-flight.ts'
import { answerJson } from './http/sending/json.ts'
import { speaksWebSocket } from './http/sockets/socket-paths.ts'
import { socketServer } from './http/sockets/socket-server.ts'
import { routeUpgrades } from './http/sockets/upgrade.ts'
import { parseListenAddress } from './listen/address.ts'
import { listen, urlsOf } from './listen/listen.ts'
import { isOpenToNetwork } from './listen/open-to-network.ts'
import { makeServer } from './listen/server.ts'
import { type LiveMap, openLiveMap } from './map/live-map.ts'
import { openApiHandler } from './openapi/openapi-handler.ts'
import type { IntakeLimits } from './reports/intake/intake-limits.ts'
import { makeRoutes } from './routes.ts'
import { keepCertificate } from './tls/keeper.ts'

export type { App, AppLimits, AppOptions } from './app-options.ts'

const SWEEP_INTERVAL_MS = 10_000
const MAX_FRAME_BYTES = 4096

/**
 * Starts the app, which receives probes' reports and serves the map.
 *
 * @throws {ListenError} when it cannot listen at the address
 * @throws {CertificateError} when the certificate cannot be used
 * @throws {StateError} when the state directory cannot be used
 */
export const startApp = async (options: AppOptions): Promise<App> => {
  const { stateDir, windowMs, webRoot, log } = options
  const clients = { ...defaultClients, ...options.limits?.clients }
  const limits = withClients(options.limits ?? {}, clients)
  const address = parseListenAddress(options.address)
  const { token: secret, ...identity } = options.secrets ?? (await readAppSecrets(stateDir))
  const nowMs = createClock()

  const faults = createFaults({ nowMs, log })
  const keeper =
    options.certificate &&
    (await keepCertificate({ source: options.certificate, faults, log, nowMs: () => Date.now() }))
  const audit = tellingEvents(openAppAudit(stateDir, faults), {
    tell: (event) => map.tell(event),
    guard: faults.guardOf('events'),
    nowMs,
  })
  const rules = rulesOf(options.access ?? {}, hostname(), address.host)
  const directory = await ensureAppDir(stateDir)
  const accounts = openAccounts({
    directory,
    nowMs: Date.now,
    proxyRole: rules.proxyHeader === undefined ? undefined : rules.proxyRole,
    guard: faults.guardOf('accounts'),
  })
  const sending = new BytesInFlight({ ...defaultBytesInFlightLimits, ...limits.sending }, () =>
    performance.now(),
  )
  const ownUser = process.getuid?.() ?? 0
  const peers = createLocalPeers({
    owners: openSocketOwners(),
    users: createUsers('/proc', nowMs),
    viewers: new Set([0, ...(options.localUsers ?? [ownUser])]),
    overflowUid: readOverflowUid('/proc'),
    log: log.child('access'),
  })
  const access = makeAccess({ rules, accounts, peers, audit, token: secret, faults })
  const map: LiveMap = openLiveMap({
    ...{ directory, windowMs, limits, identity, rules, sending, audit, log, faults, nowMs },
    launchedBy: new Set(options.launchedBy ?? [ownUser]),
    isOpenToNetwork: () => isOpenToNetwork(server),
    ownerOf: ({ socket }) => peers.ask(socket),
    subjects: access.subjects,
    context: {
      isNamedService: namedServices(options.namedServices ?? defaultNamedServices),
      labelFilters: options.labelFilters ?? [],
      ...(options.metricsGraph !== undefined && { metricsGraph: options.metricsGraph }),
    },
  })
  const collectWhenQuiet = createQuietCollector()
  const sweeper = setInterval(() => {
    map.sweep()
    faults.guardOf('memory')('give memory back', () => {
      collectWhenQuiet()
      trimAllocator()
    })
  }, SWEEP_INTERVAL_MS)

  const details = appDetails(options.demo ?? false, map.limits, clients)
  const routes = makeRoutes(
    {
      ...map.handlers,
      ...access.handlers,
      appDetails: (c) => answerJson(c, JSON.stringify(details)),
      audit: auditHandler(audit),
      openApi: openApiHandler(),
      health: (c) => {
        const maySee = authorise(c.get('authentication').subject, 'app:read', rules) === undefined
        return answerJson(c, JSON.stringify(healthOf(faults, map.probes, map.memory, maySee)))
      },
    },
    {
      guard: access.guard,
      webRoot: resolve(webRoot),
      faults,
      sending,
      onlookers: map.onlookers,
      live: { windowMs, nowMs },
    },
  )
  const serverLimits = { ...serverLimitsOf(map.limits.inAll.probes, clients), ...limits.server }
  const { server, useCertificate, closeAllConnections } = makeServer(
    routes,
    serverLimits,
    peers,
    keeper?.pair,
    speaksWebSocket,
  )
  routeUpgrades(server, routes, socketServer(MAX_FRAME_BYTES), { log, faults })

  const release = async (): Promise<void> => {
    clearInterval(sweeper)
    peers.stop()
    keeper?.stop()
    await map.stop()
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
      guardOf: (part) => faults.guardOf(part),
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

/** The limits of parts: those that are given, else those that follow from what clients may take. */
const withClients = (given: AppLimits, clients: ClientChoices): AppLimits => {
  const { uploads, push, pipes, sending } = clientLimitsOf(clients)
  return {
    ...given,
    uploads: { ...uploads, ...given.uploads },
    push: { ...push, ...given.push },
    pipes: { ...pipes, ...given.pipes },
    sending: { ...sending, ...given.sending },
  }
}

const appDetails = (
  demo: boolean,
  { report, postsPerSecond, inAll }: IntakeLimits,
  clients: ClientChoices,
): AppDetails => ({
  id: randomBytes(8).toString('hex'),
  version,
  hostname: hostname(),
  plugins: [],
  capabilities: { historic_reports: false },
  protocols: [PROTOCOL],
  limits: { ...report, postsPerSecond },
  limitsInAll: inAll,
  limitsOfClients: { ...clients },
  ...(demo ? { demo } : {}),
})
