import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { DaemonSet, Deployment } from 'kubernetes-types/apps/v1.d.ts'
import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { describeWith } from '../../support/machine/requirements.ts'
import { readManifest } from './manifest.ts'

/** What of a service in the Compose file is compared. */
interface ComposeService {
  readonly container_name: string
  readonly command: readonly string[]
  readonly network_mode: string
  readonly pid: string
  readonly uts: string
  readonly userns_mode: string
  readonly cgroup: string
  readonly cap_drop: readonly string[]
  readonly cap_add: readonly string[]
  readonly security_opt: readonly string[]
  readonly environment: Readonly<Record<string, string | null>>
  readonly labels: Readonly<Record<string, string>>
  readonly volumes: readonly string[]
  readonly logging: { readonly options: Readonly<Record<string, string>> }
}

const stateDir = '/var/lib/scope'

/** The words of the line that `scope command` prints for Docker. */
const commandWords = (): readonly string[] => {
  const { SCOPE_HOSTNAME: _, ...env } = process.env
  const line = execFileSync('./scope', ['command'], {
    env: { ...env, SCOPE_RUNTIME: 'docker', SCOPE_STATE_DIR: stateDir },
    encoding: 'utf8',
  })
  return line.trim().split(' ')
}

/** Values of an option that may be given several times, as `--name=value` or `--name value`. */
const valuesOf = (words: readonly string[], name: string): readonly string[] =>
  words.flatMap((word, index) => {
    if (word === `--${name}`) return [words[index + 1] ?? '']
    return word.startsWith(`--${name}=`) ? [word.slice(name.length + 3)] : []
  })

/** Docker before 23.0 does not know what it calls SYS_ADMIN by the names of its parts. */
const asNow = (capabilities: readonly string[]): ReadonlySet<string> =>
  new Set(capabilities.flatMap((name) => (name === 'SYS_ADMIN' ? ['BPF', 'PERFMON'] : [name])))

const targetOf = (volume: string): string => volume.split(':')[1] ?? ''

describeWith(['docker'], 'what runs Scope gives it what scope launch does', () => {
  const words = commandWords()
  const capabilities = asNow(valuesOf(words, 'cap-add'))
  const text = readFileSync('tools/deploy/compose.yaml', 'utf8').replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
  const { scope } = (parse(text) as { services: { scope: ComposeService } }).services

  it('in the Compose file', () => {
    expect(new Set(scope.cap_add)).toEqual(capabilities)
    expect(scope.cap_drop).toEqual(valuesOf(words, 'cap-drop'))
    // Those of what this machine has; the file is for all.
    expect(scope.security_opt).toEqual(expect.arrayContaining([...valuesOf(words, 'security-opt')]))
    expect([scope.network_mode, scope.pid, scope.uts, scope.userns_mode, scope.cgroup]).toEqual(
      ['network', 'pid', 'uts', 'userns', 'cgroupns'].flatMap((name) => valuesOf(words, name)),
    )
    expect([scope.container_name]).toEqual(valuesOf(words, 'name'))
    expect(scope.command).toEqual(words.slice(words.indexOf('run', 2)))
    expect(scope.environment.SCOPE_STATE_DIR).toBe(stateDir)
    expect(valuesOf(words, 'label')).toEqual(
      Object.entries(scope.labels).map(([key, value]) => `${key}=${value}`),
    )
    expect(valuesOf(words, 'log-opt')).toEqual(
      Object.entries(scope.logging.options).map(([key, value]) => `${key}=${value}`),
    )
  })

  it('in the Compose file, with the same mounts', () => {
    const socket = process.env.DOCKER_HOST?.replace('unix://', '') ?? '/var/run/docker.sock'
    const [bpf, certificates] = ['/sys/fs/bpf', '/etc/ssl/certs/ca-certificates.crt']
    const mounted = valuesOf(words, 'volume')
      .map((volume) => volume.replaceAll(socket, '/var/run/docker.sock'))
      // The launcher resolves links, the file does not.
      .map((volume) => volume.replace(/^.*:(\/etc\/machine-id):/, '$1:$1:'))
      // Only where they are: Docker would make directories of what is missing.
      .filter((volume) => targetOf(volume) !== bpf && targetOf(volume) !== certificates)
    expect([...scope.volumes].sort()).toEqual([...mounted].sort())
  })

  it('in the manifest for Kubernetes', () => {
    const manifest = readManifest('tools/deploy/kubernetes.yaml')
    const mainOf = (kind: string): Container => {
      const found = manifest.find((object) => object.kind === kind) as unknown as DaemonSet & Deployment
      return found.spec?.template.spec?.containers[0] as Container
    }
    const probe = mainOf('DaemonSet')
    // The app has a pod of its own there, so nobody has to become another user or to end its processes.
    const ofApp = ['KILL', 'CHOWN', 'DAC_OVERRIDE', 'SETUID', 'SETGID']
    const ofProbe = [...capabilities].filter((name) => !ofApp.includes(name))
    expect(new Set(probe.securityContext?.capabilities?.add)).toEqual(new Set(ofProbe))
    const mounts = (probe.volumeMounts ?? []).map(({ mountPath, readOnly }) =>
      readOnly ? `${mountPath}:ro` : mountPath,
    )
    const own = ['/tmp', '/host/run:ro']
    const ofCompose = scope.volumes
      .filter((volume) => !volume.startsWith('/var/run/docker.sock'))
      .map((volume) => volume.split(':').slice(1).join(':'))
    expect(mounts.sort()).toEqual([...ofCompose, ...own].sort())
    for (const { args } of [probe, mainOf('Deployment')]) expect(args?.[0]).toBe('run')
  })

  it('between what the image is made of and what it is built anew for', () => {
    const copied = [...readFileSync('Dockerfile', 'utf8').matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(
      ([, sources]) => sources?.split(' ') ?? [],
    )
    expect(copied.length).toBeGreaterThan(5)
    const looked = /find (Dockerfile .*) -newer/.exec(readFileSync('scope', 'utf8'))?.[1]?.split(' ') ?? []
    expect(copied.filter((path) => !looked.some((at) => path === at || path.startsWith(`${at}/`)))).toEqual(
      [],
    )
  })

  it('in the unit of systemd', () => {
    const unit = readFileSync('tools/deploy/systemd/scope.service', 'utf8')
    const bounds = [...unit.matchAll(/^CapabilityBoundingSet=(.*)$/gm)].flatMap(
      ([, names]) => names?.split(' ') ?? [],
    )
    expect(new Set(bounds.map((name) => name.replace('CAP_', '')))).toEqual(capabilities)
  })
})
