import { defaultNamedServices } from '../../topology/named-services.ts'
import { formatLabelFilter } from '../../topology/view/options/label-filter.ts'
import { accessArguments } from './access-choices.ts'
import { clientArguments } from './limits/client-options.ts'
import { intakeArguments } from './limits/intake-options.ts'
import type { ScopeOptions } from './options.ts'
import { formatDuration } from './values.ts'
import { weaveNetArguments } from './weave/weave-net-choices.ts'

function common({ discover, debug, logFormat }: ScopeOptions): string[] {
  return [
    ...(discover === 'none' ? [] : [`--discover=${discover}`]),
    ...(debug ? ['--debug'] : []),
    `--log.format=${logFormat}`,
  ]
}

/** Formats options as arguments of `scope app`. */
export function appArguments(options: ScopeOptions): string[] {
  return [
    `--app.http.address=${options.appAddress}`,
    ...(options.tls === undefined ? [] : [`--app.tls=${options.tls}`]),
    ...(options.tlsCert === undefined ? [] : [`--app.tls.cert=${options.tlsCert}`]),
    ...(options.tlsKey === undefined ? [] : [`--app.tls.key=${options.tlsKey}`]),
    ...accessArguments(options.access),
    ...intakeArguments(options.intake),
    ...clientArguments(options.clients),
    `--app.window=${formatDuration(options.windowMs)}`,
    ...(options.namedServices === defaultNamedServices
      ? []
      : [`--app.named-services==${options.namedServices.join(',')}`]),
    ...options.labelFilters.map(
      (filter) =>
        `--app.container-label-filter${filter.exclude ? '-exclude' : ''}=${formatLabelFilter(filter)}`,
    ),
    ...(options.metricsGraph === undefined ? [] : [`--app.metrics-graph=${options.metricsGraph}`]),
    ...listed('--app.local-users', options.localUsers),
    ...(options.appUser === undefined ? [] : [`--app.user=${options.appUser.name}`]),
    ...listed('--app.launched-by', options.launchedBy),
    ...weaveNetArguments(options.weaveNet, 'app'),
    ...common(options),
  ]
}

const listed = (option: string, values: readonly number[]): string[] =>
  values.length === 0 ? [] : [`${option}=${values.join(',')}`]

/**
 * Formats options as arguments of `scope probe`. Other users can read those of a process, so the token of a service is not among
 * them; see `tokenInFile`.
 *
 * @param appUrls URLs that the probe publishes to
 */
export function probeArguments(options: ScopeOptions, appUrls: readonly string[]): string[] {
  return [
    ...(options.ebpf ? [] : ['--no-ebpf']),
    ...(options.dns ? [] : ['--no-dns']),
    ...(options.dockerEnvironment ? ['--probe.docker.env'] : []),
    ...(options.omitCommandArguments ? ['--probe.omit.cmd-args'] : []),
    `--probe.docker=${options.docker}`,
    `--probe.conntrack=${options.conntrack}`,
    ...(options.processes ? [] : ['--probe.processes=false']),
    `--probe.publish.interval=${formatDuration(options.publishIntervalMs)}`,
    `--probe.connections.keep=${formatDuration(options.connectionsKeepMs)}`,
    ...(options.tlsCa === undefined ? [] : [`--probe.tls.ca=${options.tlsCa}`]),
    ...(options.tlsFingerprints.length === 0
      ? []
      : [`--probe.tls.fingerprint=${options.tlsFingerprints.join(',')}`]),
    `--probe.proc.root=${options.procRoot}`,
    `--probe.controls=${options.controls.length === 0 ? 'none' : options.controls.join(',')}`,
    ...(options.probeControls ? [] : ['--probe.no-controls']),
    ...(options.serviceUrl === undefined ? [] : [`--service-url=${options.serviceUrl}`]),
    ...(options.serviceTokenFile === undefined ? [] : [`--service-token-file=${options.serviceTokenFile}`]),
    ...(options.serviceUrl !== undefined && options.access.insecure ? ['--app.insecure'] : []),
    ...(options.resolver === undefined ? [] : [`--probe.resolver=${options.resolver}`]),
    ...options.appKeys.map(({ target, key }) => `--app-key=${target}=${key}`),
    ...(options.probeRequiresClusterKey ? ['--probe.require-cluster-key'] : []),
    ...weaveNetArguments(options.weaveNet, 'probe'),
    ...common(options),
    ...appUrls,
  ]
}
