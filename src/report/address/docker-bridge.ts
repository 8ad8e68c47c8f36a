/**
 * Whether an interface is a bridge that Docker made, by the names that it gives them. Every machine with Docker has the same
 * addresses on these, so that they lead nowhere from another.
 */
export const isDockerBridge = (interfaceName: string): boolean =>
  /^(docker\d+|docker_gwbridge|br-[0-9a-f]{12})$/.test(interfaceName)
