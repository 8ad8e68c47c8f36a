import { errorCode } from '../../log/error-code.ts'
import { createDockerClient } from '../../probe/docker/daemon/client.ts'
import { dockerEndpoint } from '../../probe/docker/daemon/endpoint.ts'
import { createDockerLibrary } from '../../probe/docker/daemon/library.ts'
import type { DockerLook } from '../checks/containers.ts'

const ANSWER_LIMIT_MS = 3000

/** Asks the Docker daemon that the probe would use for its version. */
export const lookForDocker = async (env: NodeJS.ProcessEnv): Promise<DockerLook> => {
  let at = env.DOCKER_HOST ?? ''
  try {
    const endpoint = dockerEndpoint(env.DOCKER_HOST, env)
    at = endpoint.text
    const library = createDockerLibrary(endpoint)
    try {
      const { ServerVersion } = await within(createDockerClient(library).info(), ANSWER_LIMIT_MS)
      return { at, version: ServerVersion }
    } finally {
      library.close()
    }
  } catch (error) {
    return { at, error: error instanceof Error ? error.message : String(error), code: errorCode(error) }
  }
}

const within = async <T>(answer: Promise<T>, limitMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${limitMs / 1000} s`)), limitMs)
  })
  return Promise.race([answer, limit]).finally(() => clearTimeout(timer))
}
