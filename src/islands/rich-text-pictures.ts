import type { WritingWords } from '#ui/writing-words.ts'
import { askDescription } from './rich-text-dialog.ts'
import { problemWords, within } from './writing-telling.ts'

export interface Picture {
  src: string
  alt: string
}

export type Sender = (file: File) => Promise<Picture>

/** Pictures that are chosen, pasted or dropped: sent to the files of the network, then put where they belong. */
export function pictures(
  options: { words: WritingWords; upload: Sender | null },
  say: (text: string) => void,
  put: (picture: Picture, at?: number) => void,
): { choose(): void; fromTransfer(transfer: DataTransfer | null, at?: number): boolean } {
  const { words, upload } = options
  return {
    choose() {
      const input = document.createElement('input')
      input.type = 'file'
      input.accept = 'image/*'
      input.addEventListener('change', () => send([...(input.files ?? [])]))
      input.click()
    },
    /** @returns whether there were pictures in it, and nothing besides that says more */
    fromTransfer(transfer, at) {
      const files = [...(transfer?.files ?? [])].filter(({ type }) => type.startsWith('image/'))
      // Word processors put a picture of the text beside the text.
      if (!upload || files.length === 0 || transfer?.types.includes('text/html')) return false
      send(files, at)
      return true
    },
  }

  async function send(files: File[], at?: number): Promise<void> {
    if (!upload) return
    for (const file of files) {
      say(words.sending)
      try {
        const picture = await upload(file)
        say('')
        const alt = await askDescription(words, '')
        // '' is a picture that says nothing to be put in words; null takes back that it was to be put there.
        if (alt !== null) put({ ...picture, alt }, at)
      } catch (error) {
        const why = error instanceof Refused ? error.message : ''
        say(why === '' ? words.notSent : within(problemWords(words, 'writing.problem.picture'), { why }))
      }
    }
  }
}

/** The server has not taken it, and says why. */
class Refused extends Error {}

/** Sends a file to the files of the network by their own page, and reads there where it now is. @throws Refused */
export function sender(address: string): Sender {
  return async file => {
    const mark = crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36).padStart(7, '0') ?? ''
    const form = new FormData()
    form.set('files', file, marked(file.name || 'image.png', mark))
    form.set('visibility', 'network')
    const answer = await fetch(address, { method: 'POST', body: form, headers: { accept: 'text/html' } })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    if (!answer.ok) throw new Refused(reasonOn(page))
    // Others may have sent theirs at the same moment, by the same name: all that is pasted is called image.png.
    const link = [...page.querySelectorAll<HTMLAnchorElement>('.files a[href*="/files/"]')].find(one =>
      one.textContent?.includes(`-${mark}`),
    )
    const path = /^\/[a-z]{2}\/[\w-]+\/files\/[\w-]+/.exec(link?.getAttribute('href') ?? '')?.[0]
    if (!path) throw new Error('No file on the page of files')
    // Whole: pages are read elsewhere, too.
    return { src: new URL(path, location.href).href, alt: '' }
  }
}

/** A name that no other file has; of a long one the end is left out, so that the mark stays. */
function marked(name: string, mark: string): string {
  const [, stem = name, ending = ''] = /^(.+)(\.[^. ]+)$/.exec(name) ?? []
  return `${stem.slice(0, 40)}-${mark}${ending}`
}

/** What the page of files says of the file it did not take, or a page of error of the whole request; '' for neither. */
function reasonOn(page: Document): string {
  const refused = page.querySelector('.problems li')
  refused?.querySelector('strong')?.remove()
  const said = refused ?? page.querySelector('header .lede')
  return (said?.textContent ?? '').replace(/^[\s–]+/, '').trim()
}
