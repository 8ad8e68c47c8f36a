import { eventually } from '../../eventually.ts'
import { openTestDocker, type TestDocker } from '../docker.ts'
import type { Host } from './host.ts'

const SOCKET = '/run/docker.sock'

/**
 * Starts a Docker daemon on a host, at the usual socket and with the usual bridge, so that each host has a 172.17.0.0/16.
 * {@link TestDocker.close} ends it with all its containers.
 */
export const dockerOn = async (host: Host): Promise<TestDocker> => {
  const log = '/var/log/scope-test-dockerd.log'
  // On a busy machine it may give up waiting for its containerd.
  const daemon = await host.start([
    ...['sh', '-c', 'for try in 1 2 3; do "$@" >$0 2>&1 && break; done', log],
    ...['dockerd', '--host', `unix://${SOCKET}`, '--cgroup-parent', host.cgroup],
  ])
  const tellsItsLog = async <T>(done: Promise<T>): Promise<T> => {
    try {
      return await done
    } catch (cause) {
      throw new Error(`dockerd on ${host.name}:\n${host.exec('tail', '-n', '15', log)}`, { cause })
    }
  }
  await tellsItsLog(
    eventually('the daemon', async () => (await host.run(['docker', 'version'])).code === 0, 90_000),
  )
  const docker = await tellsItsLog(
    openTestDocker({ host: `unix://${host.path(SOCKET)}`, procRoot: host.path('/proc') }),
  )
  return {
    ...docker,
    close: async () => {
      await docker.close()
      await daemon.kill()
      host.exec('sh', '-c', '[ ! -e /run/docker.pid ] || kill $(cat /run/docker.pid)')
    },
  }
}
