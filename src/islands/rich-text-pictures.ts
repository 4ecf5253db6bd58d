import type { WritingWords } from '#ui/writing-words.ts'
import { askDescription } from './rich-text-dialog.ts'

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
        put({ ...picture, alt: alt ?? '' }, at)
      } catch {
        say(words.notSent)
      }
    }
  }
}

/** Sends a file to the files of the network by their own page, and reads there where it now is. */
export function sender(address: string): Sender {
  return async file => {
    const form = new FormData()
    form.set('files', file, file.name || 'image.png')
    form.set('visibility', 'network')
    const answer = await fetch(address, { method: 'POST', body: form, headers: { accept: 'text/html' } })
    if (!answer.ok) throw new Error(String(answer.status))
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    // The latest stands first.
    const link = page.querySelector<HTMLAnchorElement>('.files a[href*="/files/"]')
    const path = /^\/[a-z]{2}\/[\w-]+\/files\/[\w-]+/.exec(link?.getAttribute('href') ?? '')?.[0]
    if (!path) throw new Error('No file on the page of files')
    // Whole: pages are read elsewhere, too.
    return { src: new URL(path, location.href).href, alt: '' }
  }
}
