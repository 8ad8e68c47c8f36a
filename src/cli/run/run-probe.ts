import type { Logger } from '../../log/log.ts'
import type { TargetSource } from '../../probe/targets/target.ts'
import type { RouterWatch } from '../../probe/weave/router-watch.ts'
import { defaultStateDir, ensureStateDir } from '../../state/state-dir.ts'
import { version } from '../../version.ts'
import type { ScopeOptions } from '../options/options.ts'
import type { ParsedOptions } from '../options/parse-options.ts'
import type { NamedAppKey } from '../options/values.ts'
import { partLog } from '../parts/part-log.ts'
import { scopePids } from '../parts/processes/scope-pids.ts'
import { readAppStatus } from '../parts/state-files.ts'
import { trustFor } from '../tls/trust-for.ts'
import { givenApps } from './given-apps.ts'
import { runUntilSignal } from './run-part.ts'
import { weaveRouter } from './weave-net.ts'

/** Runs the probe in the foreground until a signal. */
export async function runProbe({ options, peers, warnings }: ParsedOptions): Promise<number> {
  const log = partLog('probe', options)
  for (const warning of warnings) log.warn(warning)
  log.info(`scope ${version} on Node ${process.versions.node}`)
  return runUntilSignal(log, async () => {
    const stateDir = defaultStateDir()
    await ensureStateDir(stateDir)
    const { publishIntervalMs, connectionsKeepMs, procRoot, ebpf, docker, dockerEnvironment } = options
    const { conntrack, processes, dns, omitCommandArguments, probeControls, controls, appKeys } = options
    const { probeRequiresClusterKey: requiresClusterKey } = options
    const { startProbe } = await import('../../probe/probe.ts')
    const { givenTargets } = await import('../../probe/targets/given-targets.ts')
    const { joinedSources } = await import('../../probe/targets/joined-sources.ts')
    const { createLookUp } = await import('../../probe/targets/names/look-up-name.ts')
    const given = givenApps(options, peers, readAppStatus(stateDir))
    const lookUp = createLookUp(options.resolver === undefined ? {} : { resolver: options.resolver })
    const weave = await weaveRouter(options, log)
    const sources = [
      givenTargets(given, { lookUp, log: log.child('publish') }),
      ...(await discoveredTargets(options, log)),
      ...(weave ? [await weaveTargetsOf(weave, options, log)] : []),
    ]
    return startProbe({
      targets: joinedSources(sources),
      trustOf: (url) => trustFor(url, options, readAppStatus(stateDir)),
      stateDir,
      publishIntervalMs,
      connectionsKeepMs,
      procRoot,
      ebpf,
      docker,
      dockerEnvironment,
      conntrack,
      processes,
      dns,
      omitCommandArguments,
      controls: probeControls ? controls : [],
      appKeys: keysByName(appKeys),
      requiresClusterKey,
      ...(weave && { weave }),
      scopePids: () => scopePids(stateDir),
      log,
    })
  })
}

async function discoveredTargets({ discover }: ScopeOptions, log: Logger): Promise<TargetSource[]> {
  if (discover !== 'mdns') return []
  const { mdnsTargets } = await import('../../probe/targets/mdns/mdns-targets.ts')
  return [mdnsTargets({ log: log.child('mdns'), nowMs: () => performance.now() })]
}

async function weaveTargetsOf(
  router: RouterWatch,
  { weaveNet }: ScopeOptions,
  log: Logger,
): Promise<TargetSource> {
  const { weaveTargets } = await import('../../probe/targets/weave/weave-targets.ts')
  return weaveTargets({ router, url: weaveNet.appUrl, log: log.child('weave') })
}

function keysByName(appKeys: readonly NamedAppKey[]): Map<string, string[]> {
  const byName = new Map<string, string[]>()
  for (const { target, key } of appKeys) byName.set(target, [...(byName.get(target) ?? []), key])
  return byName
}
