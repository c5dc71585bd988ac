import sys, time
sys.path.insert(0, ".")
from course_utils import start
start(stage=6)
import keras, numpy as np
from keras import layers, ops
from course_utils.datasets import captions as C
cpu=time.process_time
variant=sys.argv[1]; N=int(sys.argv[2]); EPOCHS=int(sys.argv[3]); seed=int(sys.argv[4]); UNITS=int(sys.argv[5]) if len(sys.argv)>5 else 128; LR=float(sys.argv[6]) if len(sys.argv)>6 else 3e-3
TOK=("<pad>","<start>","<end>",*C.WORDS); IDX={w:i for i,w in enumerate(TOK)}; L=C.LONGEST+1
def enc(texts):
    out=np.zeros((len(texts),L+1),"int32")
    for r,t in enumerate(texts):
        ids=[1,*[IDX[w] for w in t.split()],2]; out[r,:len(ids)]=ids
    return out
t=cpu(); tr=C.pictures(N,seed=seed); te=C.pictures(500,seed=seed,split="test"); ho=C.pictures(500,seed=seed,split="held_out"); print("data",round(cpu()-t,1))
keras.utils.set_random_seed(seed)
class Coords(layers.Layer):
    def call(self,x):
        n,h,w=ops.shape(x)[0],x.shape[1],x.shape[2]
        yy,xx=np.meshgrid(np.linspace(-1,1,h),np.linspace(-1,1,w),indexing="ij")
        g=ops.cast(np.stack([yy,xx],-1)[None],x.dtype)
        return ops.concatenate([x,ops.broadcast_to(g,(n,h,w,2))],-1)
bn = "bn" in variant
def conv(x,f):
    x=layers.Conv2D(f,3,padding="same",use_bias=not bn)(x)
    if bn: x=layers.BatchNormalization(momentum=.9)(x)
    return layers.ReLU()(x)
img=keras.Input((32,32,3))
x=layers.Rescaling(2,-1)(img)
x=layers.MaxPooling2D()(conv(x,16)); x=layers.MaxPooling2D()(conv(x,32)); x=conv(x,64)
x=Coords()(x); grid=layers.Reshape((64,66))(x)
grid=layers.Dense(UNITS,activation="relu")(grid)
flat=layers.Flatten()(layers.Dense(8,activation="relu")(grid))
init=layers.Dense(UNITS,activation="tanh")(flat)
encoder=keras.Model(img,[grid,init])
g_in=keras.Input((64,UNITS)); s_in=keras.Input((UNITS,)); w_in=keras.Input((None,),dtype="int32")
e=layers.Embedding(len(TOK),48)(w_in)
if "noatt" in variant:
    h=layers.GRU(UNITS,return_sequences=True)(e,initial_state=s_in); c=layers.Dense(64,activation="relu")(h)
    out=layers.Dense(len(TOK))(c)
else:
    h=layers.GRU(UNITS,return_sequences=True)(e,initial_state=s_in)
    q=layers.Dense(UNITS)(h)
    c=layers.Attention(use_scale=True)([q,g_in]) if "dot" in variant else layers.AdditiveAttention()([q,g_in])
    if "two" in variant:
        h2=layers.GRU(UNITS,return_sequences=True)(layers.Concatenate()([h,c]))
        c=layers.Attention(use_scale=True)([layers.Dense(UNITS)(h2),g_in]); h=h2
    z=layers.Dense(UNITS,activation="relu")(layers.Concatenate()([h,c])); out=layers.Dense(len(TOK))(z)
decoder=keras.Model([g_in,s_in,w_in],out)
w=keras.Input((None,),dtype="int32"); g,s=encoder(img)
model=keras.Model([img,w],decoder([g,s,w]))
print(variant, model.count_params())
def masked(y,p):
    l=keras.losses.sparse_categorical_crossentropy(y,p,from_logits=True); m=ops.cast(y!=0,"float32")
    return ops.sum(l*m)/ops.sum(m)
B=64; steps=N//B*EPOCHS
model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(LR,steps,alpha=.02),global_clipnorm=1.0),loss=masked)
def greedy(images):
    g,s=[np.asarray(v) for v in encoder(images,training=False)]
    seq=np.zeros((len(images),L+1),"int32"); seq[:,0]=1
    for t in range(L):
        p=np.asarray(decoder([g,s,seq[:,:L]],training=False))[:,t]
        seq[:,t+1]=p[:,1:].argmax(-1)+1
    texts=[]
    for r in seq[:,1:]:
        ws=[]
        for i in r:
            if i==2: break
            ws.append(TOK[i])
        texts.append(" ".join(ws))
    return texts
rng=np.random.default_rng(seed); spent=0
for ep in range(EPOCHS):
    t=cpu()
    texts=[C.caption(m,rng) for m in tr.meanings]
    y=enc(texts)
    h=model.fit([tr.images,y[:,:-1]],y[:,1:],batch_size=B,epochs=1,verbose=0)
    spent+=cpu()-t
    if ep%3==2 or ep==EPOCHS-1:
        a=C.correct(greedy(te.images),te.meanings).mean(); b=C.correct(greedy(ho.images),ho.meanings).mean()
        print(f"epoch {ep+1} loss {h.history['loss'][0]:.3f} test {a:.3f} held {b:.3f} cpu {spent:.0f}",flush=True)
gt=greedy(te.images)
for k in np.flatnonzero(~C.correct(gt,te.meanings))[:8]: print("  said:",gt[k],"| true:",te.texts[k])
