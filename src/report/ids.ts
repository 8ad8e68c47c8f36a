/**
 * Node and address ids. They keep the formats of Weave Scope, so that its readers and saved links go on working:
 * `<value>;<tag>` with the angle brackets of the tag literal, and `<hostId>;<pid>` for a process.
 */
const DELIMITER = ';'

export const hostNodeId = (hostId: string): string => `${hostId}${DELIMITER}<host>`

export const processNodeId = (hostId: string, pid: number): string => `${hostId}${DELIMITER}${pid}`

/** Id of a process that ended and whose pid another one has since taken. */
export const formerProcessNodeId = (hostId: string, pid: number, startTicks: number): string =>
  `${hostId}${DELIMITER}${pid}${DELIMITER}${startTicks}`

/** @param containerId the full 64 hex digits */
export const containerNodeId = (containerId: string): string => `${containerId}${DELIMITER}<container>`

/** @param imageId hex digits, with or without `sha256:` */
export const imageNodeId = (imageId: string): string =>
  `${imageId.replace(/^sha256:/, '')}${DELIMITER}<container_image>`

/**
 * Where an address is unique: in one network namespace, on one host, in one Docker network, or everywhere. Rule 7 of
 * the model.
 */
export type AddressScope =
  | { readonly kind: 'netns'; readonly hostId: string; readonly netns: number }
  | { readonly kind: 'host'; readonly hostId: string }
  | { readonly kind: 'network'; readonly networkId: string }
  | { readonly kind: 'global' }

const scopePrefix = (scope: AddressScope): string => {
  switch (scope.kind) {
    case 'netns':
      return `${scope.hostId}-${scope.netns}`
    case 'host':
      return scope.hostId
    case 'network':
      return `network:${scope.networkId}`
    case 'global':
      return ''
  }
}

/** @param ip in canonical form: IPv6 lower-case and compressed, v4-mapped addresses as IPv4 */
export const addressId = (scope: AddressScope, ip: string): string => `${scopePrefix(scope)}${DELIMITER}${ip}`
