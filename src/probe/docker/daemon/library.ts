import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { connect } from 'node:net'
import { inspect } from 'node:util'
import type Docker from 'dockerode'
import type { DockerEndpoint } from './endpoint.ts'

/** dockerode for one daemon, shared by all that speak to it. */
export interface DockerLibrary {
  /** Loads it when it is first needed and a daemon is there. @throws the system's error when nothing listens */
  load(signal: AbortSignal): Promise<Docker>
  /** Closes all idle connections. */
  close(): void
}

/** Resolves when the endpoint accepts a connection. @throws the system's error when nothing listens there */
const reach = ({ socketPath, host, options }: DockerEndpoint, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const place =
      socketPath === undefined ? { host: host ?? '', port: Number(options.port) } : { path: socketPath }
    const socket = connect({ ...place, signal })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })

/** Prepares dockerode for a daemon. It does not connect yet. */
export const createDockerLibrary = (endpoint: DockerEndpoint): DockerLibrary => {
  const Agent = endpoint.options.protocol === 'https' ? HttpsAgent : HttpAgent
  const agent = new Agent({ keepAlive: true })
  // dockerode formats its options as text for each request, whether or not anyone reads it. Keep that cheap.
  Object.assign(agent, { [inspect.custom]: () => 'Agent' })
  let loaded: Docker | undefined
  return {
    // dockerode takes 10 MB of memory, so it is loaded only when a daemon is there.
    async load(signal) {
      if (loaded !== undefined) return loaded
      await reach(endpoint, signal)
      const { default: Library } = await import('dockerode')
      loaded ??= new Library({ ...endpoint.options, agent } as Docker.DockerOptions)
      return loaded
    },
    close: () => agent.destroy(),
  }
}
