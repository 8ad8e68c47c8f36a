import type { ReportNode } from '../../report/schema.ts'
import { fullImageName } from './naming/image-name.ts'

const SYSTEM_NAMES: ReadonlySet<string> = new Set([
  'weavescope',
  'weavedns',
  'weave',
  'weaveproxy',
  'weaveexec',
  'ecs-agent',
])

const SYSTEM_IMAGES: ReadonlySet<string> = new Set([
  'swarm',
  'weaveworks/scope',
  'weaveworks/weavedns',
  'weaveworks/weave',
  'weaveworks/weaveproxy',
  'weaveworks/weaveexec',
  'amazon/amazon-ecs-agent',
  'openshift/origin-pod',
])

// The container that holds a pod's namespaces: `registry.k8s.io/pause`, `rancher/mirrored-pause`, `eks/pause` …
const PAUSE_IMAGE = /(^|[/-])pause([-:@]|$)/

/**
 * Whether a container belongs to the infrastructure (orchestrators, agents, pod sandboxes) rather than to an
 * application.
 */
export const isSystemContainer = (container: ReportNode, image: ReportNode | undefined): boolean => {
  const label = (key: string) => container.labels?.[key]
  const role = (key: string) => (label(key) ?? image?.labels?.[key]) === 'system'
  return (
    role('io.scope.role') ||
    role('works.weave.role') ||
    SYSTEM_NAMES.has(container.name) ||
    isSystemImage(fullImageName(image, container) ?? '') ||
    label('io.kubernetes.docker.type') === 'podsandbox' ||
    label('io.kubernetes.pod.namespace') === 'kube-system' ||
    (label('io.kubernetes.pod.name') ?? '').startsWith('kube-system/')
  )
}

const isSystemImage = (name: string): boolean => {
  const untagged = name.replace(/^docker\.io\//, '').replace(/(@.*|:[^/]*)$/, '')
  return SYSTEM_IMAGES.has(untagged) || PAUSE_IMAGE.test(name)
}
