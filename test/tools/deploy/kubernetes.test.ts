import type { DaemonSet, Deployment } from 'kubernetes-types/apps/v1.d.ts'
import type { Container, PodSpec, Service } from 'kubernetes-types/core/v1.d.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { version } from '../../../src/version.ts'
import { type KubernetesObject, kubernetesErrors } from '../../support/kubernetes-types.ts'
import { readManifest } from './manifest.ts'

const manifest = readManifest('tools/deploy/kubernetes.yaml')

const find = <T>(kind: string): T => {
  const found = manifest.find((object) => object.kind === kind)
  if (found === undefined) throw new Error(`no ${kind}`)
  return found as unknown as T
}

const deployment = find<Deployment>('Deployment')
const daemonSet = find<DaemonSet>('DaemonSet')
const service = find<Service>('Service')

const specOf = ({ spec }: Deployment | DaemonSet): PodSpec => spec?.template.spec as PodSpec
const containersOf = (spec: PodSpec): readonly Container[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
]
const mainOf = (object: Deployment | DaemonSet) => specOf(object).containers[0] as Container

describe('the Kubernetes manifest', () => {
  it('is what the schemas of Kubernetes ask for', async () => {
    expect(await kubernetesErrors(manifest)).toBe('')
  })

  describe('checked by those schemas', () => {
    const changes: readonly (readonly [what: string, change: (spec: DaemonSet) => void, said: RegExp])[] = [
      [
        'a field that is misspelt',
        ({ spec }) => Object.assign(spec?.template.spec as object, { hostPid: true }),
        /"hostPid"' does not exist in type 'PodSpec'/,
      ],
      [
        'a field deep inside that is misspelt',
        (object) => Object.assign(mainOf(object).securityContext?.capabilities as object, { adds: ['BPF'] }),
        /"adds"' does not exist in type 'Capabilities'/,
      ],
      [
        'a field that is missing',
        (object) => Object.assign(mainOf(object), { name: undefined }),
        /'name' is missing/,
      ],
      [
        'a value of another type',
        ({ spec }) => Object.assign(spec?.template.spec as object, { hostPID: 'yes' }),
        /'string' is not assignable to type 'boolean/,
      ],
    ]
    let errors: readonly string[] = []
    beforeAll(async () => {
      errors = await Promise.all(
        changes.map(async ([, change]) => {
          const copy = structuredClone(daemonSet)
          change(copy)
          return kubernetesErrors([copy as unknown as KubernetesObject])
        }),
      )
    })

    it.each(changes.map(([what, , said], index) => [what, index, said] as const))(
      'refuses %s',
      (_, index, said) => {
        expect(errors[index]).toMatch(said)
      },
    )
  })

  it('runs the image of this version everywhere', () => {
    const images = [deployment, daemonSet].flatMap((object) => containersOf(specOf(object)))
    expect(new Set(images.map(({ image }) => image))).toEqual(new Set([`scope:${version}`]))
  })

  it('has what is referred to', () => {
    for (const object of [deployment, daemonSet]) {
      const spec = specOf(object)
      const volumes = new Set((spec.volumes ?? []).map(({ name }) => name))
      const mounted = new Set(
        containersOf(spec).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)),
      )
      expect(mounted).toEqual(volumes)
      expect(object.spec?.template.metadata?.labels).toEqual(object.spec?.selector.matchLabels)
      expect(spec.serviceAccountName).toBe(find<KubernetesObject & Service>('ServiceAccount').metadata?.name)
      expect(object.metadata?.namespace).toBe(find<Service>('Namespace').metadata?.name)
    }
    const claim = specOf(deployment).volumes?.find(({ name }) => name === 'state')?.persistentVolumeClaim
    expect(claim?.claimName).toBe(find<Service>('PersistentVolumeClaim').metadata?.name)
    expect(service.spec?.selector).toEqual(deployment.spec?.selector.matchLabels)
    expect(mainOf(deployment).ports).toContainEqual({
      name: service.spec?.ports?.[0]?.targetPort,
      containerPort: 4040,
    })
  })

  it('has the probes report to the service', () => {
    const { name, namespace } = service.metadata ?? {}
    expect(mainOf(daemonSet).args).toContain(`${name}.${namespace}.svc:${service.spec?.ports?.[0]?.port}`)
  })

  it('gives nobody rights that they do not need', () => {
    for (const object of [deployment, daemonSet]) {
      const spec = specOf(object)
      expect(spec.automountServiceAccountToken).toBe(false)
      for (const { securityContext } of containersOf(spec)) {
        expect(securityContext?.privileged).toBeUndefined()
        expect(securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
      }
    }
    const adding = [...containersOf(specOf(deployment)), ...(specOf(daemonSet).initContainers ?? [])]
    expect(adding.filter(({ securityContext }) => securityContext?.capabilities?.add)).toEqual([])
    expect(manifest.map(({ kind }) => kind).filter((kind) => kind.includes('Role'))).toEqual([])
  })

  it('gives the key of the app to the app alone, and the cluster key as what its owner alone reads', () => {
    const secrets = (spec: PodSpec) => JSON.stringify(spec.volumes).match(/scope-(app|cluster)(?=")/g)
    expect(secrets(specOf(daemonSet))).toEqual(['scope-cluster'])
    expect(specOf(daemonSet).volumes?.find(({ name }) => name === 'keys')?.secret?.defaultMode).toBe(0o400)
    expect(specOf(deployment).volumes?.find(({ name }) => name === 'keys')?.projected?.defaultMode).toBe(
      0o440,
    )
  })
})
