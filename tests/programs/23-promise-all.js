const api = (name, ms) => new Promise((r) => setTimeout(() => r(name), ms));
Promise.all([api('users', 30), api('posts', 10), api('albums', 20)]).then(([users, posts, albums]) => {
  console.log(users);
  console.log(posts);
  console.log(albums);
}).catch((err) => console.log('something failed', err));
