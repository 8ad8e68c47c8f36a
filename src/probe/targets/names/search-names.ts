const MAX_DOMAINS = 6
const MAX_NDOTS = 15

/**
 * The names to ask DNS for, in this order, when somebody says a name: as it is, and within the search domains of the
 * machine.
 *
 * @param resolvConf text of `/etc/resolv.conf`, see resolv.conf(5)
 * @example searchNames('search corp.example\n', 'scope1') // ['scope1.corp.example', 'scope1']
 */
export const searchNames = (resolvConf: string, name: string): string[] => {
  let domains: string[] = []
  let ndots = 1
  for (const line of resolvConf.split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/)
    // Of several lines with domains the last one counts.
    if (keyword === 'search') domains = values
    if (keyword === 'domain') domains = values.slice(0, 1)
    if (keyword === 'options')
      for (const value of values) {
        const dots = /^ndots:(\d{1,3})$/.exec(value)?.[1]
        if (dots !== undefined) ndots = Math.min(MAX_NDOTS, Number(dots))
      }
  }
  const within = domains
    .map((domain) => domain.replace(/\.$/, '').toLowerCase())
    .filter((domain) => domain !== '' && domain !== name)
    .slice(0, MAX_DOMAINS)
    .map((domain) => `${name}.${domain}`)
  const dots = name.split('.').length - 1
  return dots >= ndots ? [name, ...within] : [...within, name]
}
