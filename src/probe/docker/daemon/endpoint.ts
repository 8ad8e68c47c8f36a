import { readFileSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { join } from 'node:path'
import type { DockerOptions } from 'dockerode'
import type { InfoMessage } from './messages.ts'

/** How to reach the Docker daemon. */
export interface DockerEndpoint {
  /** For display: `/var/run/docker.sock`, `tcp://10.0.0.5:2376`. */
  readonly text: string
  /** Path of the Unix socket; undefined for TCP. */
  readonly socketPath: string | undefined
  /** Host name or address; undefined for a Unix socket. */
  readonly host: string | undefined
  readonly options: DockerOptions
}

/** Properties of this machine, to find out whether a daemon runs on it. */
export interface Machine {
  readonly hostName: string
  /** `uname -r` */
  readonly kernelRelease: string
  readonly addresses: readonly string[]
}

/** Thrown when `DOCKER_HOST` is not a valid address. */
export class DockerEndpointError extends Error {
  override readonly name = 'DockerEndpointError'
}

const DEFAULT_SOCKET = '/var/run/docker.sock'

const socketAt = (path: string): DockerEndpoint => ({
  text: path,
  socketPath: path,
  host: undefined,
  // dockerode prefers the host of the environment to a socket unless host and port are given explicitly.
  options: { socketPath: path, host: undefined, port: undefined, protocol: 'http' },
})

const tlsOptions = (env: NodeJS.ProcessEnv): DockerOptions => {
  const dir = env.DOCKER_CERT_PATH
  if (!dir) return {}
  try {
    return {
      ca: readFileSync(join(dir, 'ca.pem')),
      cert: readFileSync(join(dir, 'cert.pem')),
      key: readFileSync(join(dir, 'key.pem')),
    }
  } catch (cause) {
    throw new DockerEndpointError(
      `cannot read the certificates that DOCKER_CERT_PATH names: ${(cause as Error).message}`,
      { cause },
    )
  }
}

/**
 * The endpoint that `DOCKER_HOST` names, by the rules of Docker's own client (`DOCKER_TLS_VERIFY` and
 * `DOCKER_CERT_PATH` for TLS).
 *
 * @param dockerHost `unix:///path`, `tcp://host:port`, `http(s)://host:port`, `host:port`; empty = the usual socket
 * @throws {DockerEndpointError}
 */
export const dockerEndpoint = (dockerHost: string | undefined, env: NodeJS.ProcessEnv): DockerEndpoint => {
  const given = dockerHost?.trim() ?? ''
  if (given === '') return socketAt(DEFAULT_SOCKET)
  if (given.startsWith('unix://')) return socketAt(given.slice('unix://'.length) || DEFAULT_SOCKET)
  if (given.startsWith('/')) return socketAt(given)
  const url = URL.parse(given.includes('://') ? given : `tcp://${given}`)
  if (url === null || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '')
    throw new DockerEndpointError(
      `DOCKER_HOST is "${given}"; expected unix:///path, tcp://host:port or https://host:port`,
    )
  const secure = url.protocol === 'https:' || Boolean(env.DOCKER_TLS_VERIFY) || url.port === '2376'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port || (secure ? '2376' : '2375')
  return {
    text: `tcp://${url.hostname}:${port}`,
    socketPath: undefined,
    host,
    options: {
      host: url.hostname,
      port,
      protocol: secure ? 'https' : 'http',
      ...(secure && tlsOptions(env)),
    },
  }
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

const isOfMachine = (host: string, machine: Machine): boolean =>
  host === 'localhost' ||
  host === machine.hostName ||
  machine.addresses.includes(host) ||
  (isIP(host) !== 0 && loopback.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'))

/**
 * True when the daemon's containers run on this machine, so that their addresses and processes belong to this host. A
 * socket may lead into a virtual machine and a loopback port through a tunnel, so the kernel version and host name that
 * the daemon reports are compared as well.
 */
export const isLocalDaemon = (endpoint: DockerEndpoint, info: InfoMessage, machine: Machine): boolean => {
  if (info.KernelVersion !== machine.kernelRelease) return false
  if (endpoint.host === undefined) return true
  return isOfMachine(endpoint.host, machine) && info.Name === machine.hostName
}
