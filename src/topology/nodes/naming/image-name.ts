import { facts } from '../../../report/facts.ts'
import { imageNodeId } from '../../../report/ids.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { textFact } from '../../reports/node-facts.ts'

const looksLikeRegistry = (part: string): boolean => /[.:]/.test(part) || part === 'localhost'

/** The name of an image without registry, tag and digest: `shop/cart` for `registry.example:5000/shop/cart:1.2`. */
export const shortImageName = (name: string): string => {
  const [withoutDigest = ''] = name.split('@')
  const parts = withoutDigest.split('/')
  const [first = ''] = parts
  const path = parts.length > 2 || (parts.length > 1 && looksLikeRegistry(first)) ? parts.slice(1) : parts
  return path.join('/').split(':')[0] ?? ''
}

/** The full name of an image: the first that these nodes have; undefined for an image without a name. */
export const fullImageName = (...nodes: readonly (ReportNode | undefined)[]): string | undefined => {
  for (const node of nodes) {
    const name =
      node && (textFact(node, facts.imageName) ?? (node.topology === 'container_image' ? node.name : ''))
    if (name && !name.startsWith('<none>') && !name.startsWith('sha256:')) return name
  }
  return undefined
}

/** The name and node id that views use for the image of a container; undefined when neither name nor id is known. */
export const imageIdentity = (
  container: ReportNode | undefined,
  image: ReportNode | undefined,
): { readonly id: string; readonly label: string } | undefined => {
  const name = fullImageName(image, container)
  const label = name === undefined ? shortId(image, container) : shortImageName(name)
  return label === undefined ? undefined : { id: imageNodeId(label), label }
}

const shortId = (image: ReportNode | undefined, container: ReportNode | undefined): string | undefined => {
  const id =
    image?.id ??
    container?.parents.container_image?.[0] ??
    (container ? textFact(container, facts.imageId) : undefined)
  return id?.replace(/^sha256:/, '').slice(0, 12)
}
