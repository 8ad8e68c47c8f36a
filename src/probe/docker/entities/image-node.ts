import { facts } from '../../../report/facts.ts'
import { hostNodeId, imageNodeId } from '../../../report/ids.ts'
import type { Fact, ReportNode } from '../../../report/schema.ts'
import { redactValue } from '../../redact/redact.ts'
import type { ImageMessage } from '../daemon/messages.ts'

/** True for a reference that is only an id, or empty, and contains no image name. */
export const isImageHash = (reference: string): boolean =>
  /^(?:sha256:)?[0-9a-f]{64}$/.test(reference) || reference === ''

/**
 * Splits a reference such as `registry:5000/team/app:1.2@sha256:…` into name and tag.
 *
 * @returns empty strings for parts that are missing or Docker's `<none>`
 */
export const imageNameOf = (reference: string): { name: string; tag: string } => {
  const undigested = reference.split('@', 1)[0] as string
  const colon = undigested.lastIndexOf(':')
  const isTag = colon > undigested.lastIndexOf('/')
  const name = isTag ? undigested.slice(0, colon) : undigested
  const tag = isTag ? undigested.slice(colon + 1) : ''
  return { name: name === '<none>' ? '' : name, tag: tag === '<none>' ? '' : tag }
}

/** The node of an image. @param hostId undefined when the daemon runs on another machine */
export const imageNode = (image: ImageMessage, hostId: string | undefined): ReportNode => {
  const id = image.Id.replace(/^sha256:/, '')
  const reference = image.RepoTags.find((tag) => tag !== '<none>:<none>') ?? image.RepoDigests[0] ?? ''
  const { name, tag } = imageNameOf(reference)
  const known: [string, Fact | undefined][] = [
    [facts.imageId, id],
    [facts.imageName, name || undefined],
    [facts.imageTag, tag || undefined],
    [facts.imageSize, image.Size],
    [facts.imageCreated, image.Created > 0 ? new Date(image.Created * 1000).toISOString() : undefined],
    [facts.hostId, hostId === undefined ? undefined : hostNodeId(hostId)],
  ]
  return {
    id: imageNodeId(id),
    topology: 'container_image',
    name: name === '' ? id.slice(0, 12) : tag === '' ? name : `${name}:${tag}`,
    facts: Object.fromEntries(known.filter((entry): entry is [string, Fact] => entry[1] !== undefined)),
    labels: Object.fromEntries(
      Object.entries(image.Labels).map(([key, value]) => [key, redactValue(key, value)]),
    ),
    parents: { host: hostId === undefined ? [] : [hostNodeId(hostId)] },
    controls: [],
  }
}
