import { cgroup2Mount } from '../../probe/cgroup/mount.ts'
import { type Finding, note, ok, warn } from '../check.ts'

/** Which cgroup versions are mounted. */
export type CgroupLayout = 'v2' | 'hybrid' | 'v1' | 'none'

/** @param mountinfo text of `/proc/self/mountinfo` */
export const cgroupLayout = (mountinfo: string): CgroupLayout => {
  const v1 = / - cgroup /.test(mountinfo)
  if (cgroup2Mount(mountinfo) !== undefined) return v1 ? 'hybrid' : 'v2'
  return v1 ? 'v1' : 'none'
}

/** Checks whether processes can be attributed to containers, including processes that have ended. */
export const cgroupCheck = (layout: CgroupLayout): Finding => {
  switch (layout) {
    case 'v2':
      return ok('v2: containers are told by cgroup')
    case 'hybrid':
      return ok('v1 and v2 (hybrid): containers are told by cgroup, or by network namespace')
    case 'v1':
      return warn(
        'v1: containers are told by /proc; processes that end within a moment only by their network namespace',
        'boot with systemd.unified_cgroup_hierarchy=1 to have v2',
      )
    default:
      return warn('not mounted: containers cannot be told', 'mount -t cgroup2 cgroup2 /sys/fs/cgroup')
  }
}

/** Docker's version, or why it did not answer. */
export type DockerLook =
  | { readonly at: string; readonly version: string }
  | { readonly at: string; readonly error: string; readonly code: string | undefined }

/** @param chosen the value of `DOCKER_HOST`; undefined when it is not set */
export const dockerCheck = (look: DockerLook, chosen: string | undefined): Finding => {
  if ('version' in look) return ok(`${look.version} at ${look.at}`)
  if (look.code === 'EACCES')
    return warn(`${look.at} may not be opened`, 'run as root, or as a member of the group docker')
  if (look.code === 'ENOENT' && !chosen) return note(`none at ${look.at}: no containers are shown`)
  return warn(
    `no answer at ${look.at}: ${look.error}`,
    chosen
      ? 'let DOCKER_HOST say where Docker is, or unset it'
      : 'start Docker, or let DOCKER_HOST say where it is',
  )
}
