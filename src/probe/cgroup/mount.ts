const withoutEscapes = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/**
 * Where the cgroup v2 hierarchy is mounted, also beside v1 (hybrid).
 *
 * @param mountinfo text of `/proc/self/mountinfo`
 * @returns undefined when it is not mounted
 */
export const cgroup2Mount = (mountinfo: string): string | undefined => {
  for (const line of mountinfo.split('\n')) {
    // `36 35 98:0 /root /mount/point options [optional fields] - type source options`
    const [mount, fileSystem] = line.split(' - ', 2)
    if (!fileSystem?.startsWith('cgroup2 ')) continue
    const path = mount?.split(' ')[4]
    if (path !== undefined) return withoutEscapes(path)
  }
  return undefined
}
