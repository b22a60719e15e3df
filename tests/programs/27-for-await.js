const api = (v, ms) => new Promise((r) => setTimeout(() => r(v), ms));
async function getData() {
  for await (const data of [api('users', 30), api('posts', 10), api('albums', 20)]) {
    console.log(data);
  }
}
getData();
