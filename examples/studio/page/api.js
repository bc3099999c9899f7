// SPDX-License-Identifier: Apache-2.0

/** Talks to the program that serves this page. */

const tokenKey = 'demask-token';

/** The secret of the link; from the address, which then forgets it, or from this tab's memory. */
function takeToken() {
  const given = /^#token=([0-9a-f]{32})$/.exec(location.hash);
  if (given) {
    sessionStorage.setItem(tokenKey, given[1]);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(tokenKey) ?? '';
}

/** An answer that says what is wrong. `code` is for programs, `message` for people. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What an error of a request means to people. */
export function messageOf(error) {
  return error instanceof TypeError ? 'The program does not answer. Has it ended?' : error.message;
}

export class Api {
  #token = takeToken();
  #session = '';
  #ended = false;

  /** Opens the session of this page. Returns what the program says about itself. */
  async open() {
    const about = await this.#json('POST', '/api/sessions', '');
    this.#session = `/api/sessions/${about.session}`;
    return about;
  }

  /** Ends the session while the page is closed. */
  close() {
    this.#ended = true;
    if (this.#session) {
      fetch(this.#session, {method: 'DELETE', keepalive: true, headers: this.#headers()});
    }
  }

  /** Calls `onEvent` with each event of the session until it ends. Connects anew if it has to. */
  async listen(onEvent) {
    let last = 0;
    for (;;) {
      try {
        const response = await this.#send('GET', `${this.#session}/events`, undefined,
                                          {'Last-Event-ID': String(last)});
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        let text = '';
        for (;;) {
          const {done, value} = await reader.read();
          if (done) {
            break;
          }
          const blocks = (text + value).split('\n\n');
          text = blocks.pop();
          for (const block of blocks) {
            const event = /^id: (\d+)\ndata: (.*)$/.exec(block);
            if (event) {
              last = Number(event[1]);
              onEvent(JSON.parse(event[2]));
            }
          }
        }
      } catch (error) {
        if (error instanceof ApiError) {
          throw error;
        }
      }
      if (this.#ended) {
        return;
      }
      await new Promise((resume) => setTimeout(resume, 1000));
    }
  }

  /** Uploads a file. Returns the photo's id, name and size. */
  addPhoto(file) {
    return this.#json('POST', `${this.#session}/photos?name=${encodeURIComponent(file.name)}`, file);
  }

  removePhoto(photo) {
    return this.#json('DELETE', `${this.#session}/photos/${photo}`);
  }

  picture(photo) {
    return this.#blob('GET', `${this.#session}/photos/${photo}/picture`);
  }

  versionPicture(photo, version) {
    return this.#blob('GET', `${this.#session}/photos/${photo}/versions/${version}`);
  }

  /** Asks for a face, or for the first search if `face` is null. Events on the job carry `tag`. */
  paint(photo, face, tag, edit) {
    const body = JSON.stringify({face, tag, edit});
    return this.#json('POST', `${this.#session}/photos/${photo}/jobs`, body);
  }

  cancel(job) {
    return this.#json('DELETE', `${this.#session}/jobs/${job}`);
  }

  /** The file to save. Returns its name, its content, and whether its mark is a file beside it. */
  async file(photo, versions) {
    const response = await this.#send('POST', `${this.#session}/photos/${photo}/file`,
                                      JSON.stringify({versions}));
    const encoded = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('Content-Disposition'));
    return {
      name: decodeURIComponent(encoded[1]),
      blob: await response.blob(),
      markBeside: response.headers.get('X-Demask-Mark') === 'beside',
    };
  }

  mark() {
    return this.#blob('GET', '/api/mark');
  }

  #headers() {
    return {'X-Demask-Token': this.#token};
  }

  async #send(method, path, body, headers = {}) {
    const response =
        await fetch(path, {method, body, headers: {...this.#headers(), ...headers}, cache: 'no-store'});
    if (!response.ok) {
      const {error} = await response.json().catch(() => ({}));
      throw new ApiError(response.status, error?.code ?? 'unknown',
                         error?.message ?? `The program answered ${response.status}.`);
    }
    return response;
  }

  async #json(method, path, body) {
    return (await this.#send(method, path, body)).json();
  }

  async #blob(method, path) {
    return (await this.#send(method, path)).blob();
  }
}
